package pychron

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"pychron-edge/buffer"
)

// request is one command of a client.
type request struct {
	name string   // "" = it is no command
	rest string   // what follows the name, as it came
	args []string // the rest, split at commas
}

// parse takes the text of one command apart.
//
//	"Open A"                              name, blank, arguments split at commas
//	"GoToPoint,3"                         a comma in place of the blank
//	"SetXY (1.5, -2.0)"                   brackets and blanks around arguments are dropped
//	`{"command": "Open", "value": "A"}`   JSON in place of text
func parse(text string) request {
	text = strip(text)
	if strings.HasPrefix(text, "{") {
		return parseJSON(text)
	}
	end := strings.IndexFunc(text, func(r rune) bool { return !inName(r) })
	if end < 0 {
		return request{name: text}
	}
	if end == 0 || text[end] != ' ' && text[end] != '\t' && text[end] != ',' {
		return request{}
	}
	return request{name: text[:end], rest: strip(text[end+1:]), args: arguments(text[end+1:])}
}

// strip drops what Pychron's server strips, and NUL.
func strip(s string) string { return strings.Trim(s, " \t\r\n\v\f\x00") }

// inName says whether a character may stand in the name of a command.
func inName(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// arguments are the parts of a text between its commas.
func arguments(text string) []string {
	text = strip(text)
	if strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") {
		text = text[1 : len(text)-1]
	}
	if strip(text) == "" {
		return nil
	}
	parts := strings.Split(text, ",")
	for n := range parts {
		parts[n] = strip(parts[n])
	}
	return parts
}

// orders are the keys of JSON that stand for arguments, in the order of the arguments.
var orders = [][]string{{"controller", "gauge"}, {"device", "value"}, {"value", "units"}, {"name"}, {"setpoint"}}

// parseJSON takes a JSON object for a command. What is no object, has no command, or says a thing twice, is no command.
func parseJSON(text string) request {
	keys, ok := object(text)
	if !ok {
		return request{}
	}
	name, _ := keys["command"].(string)
	r := request{name: strip(name)}
	if strings.ContainsFunc(r.name, func(c rune) bool { return !inName(c) }) {
		return request{}
	}
	for _, order := range orders {
		if _, is := keys[order[0]]; !is {
			continue
		}
		for _, key := range order {
			if value, is := keys[key]; is {
				r.args = append(r.args, textsOf(value)...)
			}
		}
		break
	}
	r.rest = strings.Join(r.args, ",")
	return r
}

// object is a JSON object with its numbers as they are written; not ok where the text is none, or has a key twice.
func object(text string) (keys map[string]any, ok bool) {
	if buffer.UniqueKeys([]byte(text)) != nil {
		return nil, false
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if d.Decode(&keys) != nil || keys == nil {
		return nil, false
	}
	_, err := d.Token()
	return keys, errors.Is(err, io.EOF)
}

// textsOf are the arguments in a value of JSON: a list is several, null and an object none.
func textsOf(value any) []string {
	switch v := value.(type) {
	case nil, map[string]any:
		return nil
	case string:
		return arguments(v)
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, textsOf(one)...)
		}
		return all
	}
	return []string{fmt.Sprint(value)}
}

// decimal is a finite number written in digits, with a point and an exponent where it has them.
func decimal(text string) (float64, bool) {
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}
