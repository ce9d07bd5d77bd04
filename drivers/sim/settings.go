package sim

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// settings are the options of a device, by field name in lower case without underscores, whatever struct they came in.
type settings map[string]any

// read takes an option struct apart by way of JSON.
func read(options any) (settings, error) {
	if options == nil {
		return settings{}, nil
	}
	data, err := json.Marshal(options)
	if err != nil {
		return nil, fmt.Errorf("options: %w", err)
	}
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, fmt.Errorf("options: %w", err)
	}
	s := settings{}
	for k, v := range fields {
		s[plain(k)] = v
	}
	return s, nil
}

func plain(key string) string { return strings.ToLower(strings.ReplaceAll(key, "_", "")) }

// text is the string at the first of the keys that has one, else otherwise.
func (s settings) text(otherwise string, keys ...string) string {
	for _, k := range keys {
		switch v := s[plain(k)].(type) {
		case string:
			if v != "" {
				return v
			}
		case float64:
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return otherwise
}

// number is the number at the first of the keys that has one other than zero, else otherwise.
func (s settings) number(otherwise float64, keys ...string) float64 {
	for _, k := range keys {
		switch v := s[plain(k)].(type) {
		case float64:
			if v != 0 {
				return v
			}
		case string:
			if f, err := strconv.ParseFloat(v, 64); err == nil {
				return f
			}
		}
	}
	return otherwise
}

// given is the number at key, which may be 0; otherwise where there is none.
func (s settings) given(otherwise int, key string) int {
	if x, ok := s[plain(key)].(float64); ok {
		return int(x)
	}
	return otherwise
}

// whole is number as an int.
func (s settings) whole(otherwise int, keys ...string) int {
	return int(s.number(float64(otherwise), keys...))
}

// yes says whether the first of the keys that is a truth value is true.
func (s settings) yes(otherwise bool, keys ...string) bool {
	for _, k := range keys {
		if v, ok := s[plain(k)].(bool); ok {
			return v
		}
	}
	return otherwise
}

// list is the map or list at the first of the keys that has one: name by key, keys of a list counted from 1.
func (s settings) list(keys ...string) map[string]string {
	for _, k := range keys {
		found := map[string]string{}
		switch v := s[plain(k)].(type) {
		case map[string]any:
			for key, item := range v {
				found[key] = nameOf(key, item)
			}
		case []any:
			for i, item := range v {
				found[strconv.Itoa(i+1)] = nameOf(strconv.Itoa(i+1), item)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// nameOf an item of a list: the text itself, or what a struct calls its name.
func nameOf(key string, item any) string {
	switch v := item.(type) {
	case string:
		return v
	case map[string]any:
		for _, field := range slices.Sorted(maps.Keys(v)) {
			if text, ok := v[field].(string); ok && (plain(field) == "name" || plain(field) == "channel") {
				return text
			}
		}
	}
	return key
}

// sorted keys of a list, numbers by size.
func sorted(list map[string]string) []string {
	return slices.SortedFunc(maps.Keys(list), func(a, b string) int {
		x, errX := strconv.Atoi(a)
		y, errY := strconv.Atoi(b)
		if errX == nil && errY == nil {
			return x - y
		}
		return strings.Compare(a, b)
	})
}
