package commandline

import (
	"fmt"
	"slices"
	"strings"
)

// Bash is the completion of the installed program for bash.
func (p *Program) Bash() string {
	var b strings.Builder
	function := "_" + strings.ReplaceAll(p.Name, "-", "_")
	fmt.Fprintf(&b, "# bash completion of %s, printed by `%s completion bash`\n%s() {\n", p.Name, p.Name, function)
	b.WriteString("  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=\n  COMPREPLY=()\n")
	fmt.Fprintf(&b, "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W \"%s\" -- \"$cur\")); return\n  fi\n", strings.Join(p.Names(), " "))
	fmt.Fprintf(&b, "  case $prev in\n    %s) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", p.flagsOf("FILE"))
	if directories := p.flagsOf("DIRECTORY"); directories != "" {
		fmt.Fprintf(&b, "    %s) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n", directories)
	}
	b.WriteString("  esac\n  case ${COMP_WORDS[1]} in\n")
	for _, v := range p.Verbs {
		fmt.Fprintf(&b, "    %s) words=\"%s\"%s ;;\n", v.Name, strings.Join(p.words(&v), " "), bashArgs[v.Args])
	}
	fmt.Fprintf(&b, "  esac\n  COMPREPLY+=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o filenames -F %s %s\n", function, p.Name)
	return b.String()
}

// bashArgs completes what follows a verb, where that is on the disk.
var bashArgs = map[string]string{
	"[FILE]": `; COMPREPLY=($(compgen -f -- "$cur"))`,
	"DIR":    `; COMPREPLY=($(compgen -d -- "$cur"))`,
}

// flagsOf are the flags that take arg, as a pattern of the shell: -config|-pins.
func (p *Program) flagsOf(arg string) string {
	var names []string
	for _, v := range p.Verbs {
		for _, f := range v.Flags {
			if name := "-" + f.Name; f.Arg == arg && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return strings.Join(names, "|")
}

// words are what may follow a verb: its flags, and the words that are a choice.
func (p *Program) words(v *Verb) []string {
	words := []string{"-h"}
	for _, f := range v.Flags {
		words = append(words, "-"+f.Name)
	}
	return append(words, p.choices(v)...)
}

// choices are the words, beyond flags, that may follow a verb: $(...) stands for what a command prints.
func (p *Program) choices(v *Verb) []string {
	if v.Args == "[VERB]" {
		return p.Names()
	}
	return v.Choices
}

// Zsh is the completion of the installed program for zsh.
func (p *Program) Zsh() string {
	var b strings.Builder
	fmt.Fprintf(&b, "#compdef %s\n# printed by `%s completion zsh`\nlocal -a verbs\nverbs=(\n", p.Name, p.Name)
	for _, v := range p.Verbs {
		fmt.Fprintf(&b, "  %s\n", quoted(v.Name+":"+v.Line))
	}
	b.WriteString(")\nif (( CURRENT == 2 )); then\n  _describe verb verbs\n  return\nfi\nlocal verb=$words[2]\nshift words\n(( CURRENT-- ))\ncase $verb in\n")
	for _, v := range p.Verbs {
		fmt.Fprintf(&b, "  %s) _arguments", v.Name)
		for _, f := range v.Flags {
			b.WriteString(" " + quoted("-"+f.Name+"["+strings.NewReplacer("[", "(", "]", ")", ":", "\\:").Replace(f.Line)+"]"+zshArg(f.Arg)))
		}
		b.WriteString(p.zshWords(&v) + " ;;\n")
	}
	b.WriteString("esac\n")
	return b.String()
}

func zshArg(arg string) string {
	switch arg {
	case "FILE":
		return ":file:_files"
	case "DIRECTORY":
		return ":directory:_files -/"
	case "":
		return ""
	}
	return ":" + strings.ToLower(strings.ReplaceAll(arg, ":", "\\:")) + ":"
}

func (p *Program) zshWords(v *Verb) string {
	switch v.Args {
	case "[FILE]":
		return " '1:file:_files'"
	case "DIR":
		return " '1:directory:_files -/'"
	}
	if choices := p.choices(v); len(choices) > 0 {
		return " \"1:word:(" + strings.Join(choices, " ") + ")\""
	}
	return ""
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "'\\''") + "'" }
