package yamlfile

import (
	"bytes"
	"strings"

	"pychron-edge/lazyregexp"
)

// Removed stands where a secret stood.
const Removed = "REMOVED"

// secretKey are the keys whose values may be secret: hashes of tokens, passwords, users, addresses that are secret themselves (webhooks,
// topics), and the keys people invent for these.
const secretKey = `["']?\b(?:\w*(?:password|passwd|passphrase|secret|token|api_?key)|sha256|user|webhook|ntfy|smtp)["']?\s*:`

var (
	withUser   = lazyregexp.New(`(://)[^/\s"'][^\s"']*@|\b[^\s"'/@:]+:[^\s"'/@]+@`)
	ownSecret  = lazyregexp.New(`(?i)^([\s#]*(?:- +)*` + secretKey + `)(.*)$`)
	flowSecret = lazyregexp.New(`(?i)(` + secretKey + `\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,}\]#][^,}\]\n]*)`)
	bareTokens = lazyregexp.New(`(?i)(\btokens["']?[ \t]*:[ \t]*\[?[ \t]*)[^\s\[{#][^\n]*`)
	secretPath = lazyregexp.New(`(?i)(?:^|[.\]])(?:` + strings.TrimSuffix(secretKey, `\s*:`) + `$|tokens\[\d+\]$|tokens$)`)
)

// Unsaid is a text of one message without the users and passwords of the addresses in it.
func Unsaid(text string) string { return withUser.ReplaceAllString(text, "${1}"+Removed+"@") }

// OnlyHost is an address as it may be shown even where it is none: without all that stands before the last @.
func OnlyHost(address string) string {
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		return Removed + address[at:]
	}
	return address
}

// WithoutSecrets is a configuration, or a part of one, without the values of what may be secret. It need not be YAML; what is left stands
// on the lines it stood on.
func WithoutSecrets(text []byte) []byte {
	lines := bytes.Split(text, []byte("\n"))
	inside, tokens := -1, -1 // the column of the key whose value goes on below, -1 = none
	for i, line := range lines {
		body := bytes.TrimLeft(line, " \t")
		column := len(line) - len(body)
		if len(body) > 0 && column <= inside {
			inside = -1
		}
		if item := bytes.HasPrefix(body, []byte("-")); len(body) > 0 && (column < tokens || column == tokens && !item) {
			tokens = -1
		}
		switch own := ownSecret.FindSubmatch(line); {
		case inside >= 0:
			lines[i] = bytes.Repeat([]byte(" "), min(column, len(line)))
		case own != nil:
			if body[0] != '#' {
				inside = bytes.IndexFunc(line, func(r rune) bool { return !strings.ContainsRune(" \t-", r) })
			}
			lines[i] = append(bytes.Clone(own[1]), ` "`+Removed+`"`...)
		case tokens >= 0 && bytes.HasPrefix(body, []byte("-")) && !bytes.Contains(body, []byte(":")):
			lines[i] = append(bytes.Clone(line[:column]), `- "`+Removed+`"`...)
		}
		if bytes.HasPrefix(body, []byte("tokens")) {
			tokens = column
		}
	}
	text = bytes.Join(lines, []byte("\n"))
	text = flowSecret.ReplaceAll(bareTokens.ReplaceAll(text, []byte(`${1}"`+Removed+`"`)), []byte(`${1}"`+Removed+`"`))
	return []byte(Unsaid(string(text)))
}
