package verbs

import (
	"fmt"
	"strings"
)

// Bash is the completion of the installed program for bash.
func Bash() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# bash completion of %s, printed by `%s completion bash`\n_pychron_edge_agent() {\n", Program, Program)
	b.WriteString("  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=\n  COMPREPLY=()\n")
	fmt.Fprintf(&b, "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W \"%s\" -- \"$cur\")); return\n  fi\n", strings.Join(Names(), " "))
	b.WriteString("  case $prev in\n    -config|-pins|-o) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n    -runtime) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n  esac\n")
	b.WriteString("  case ${COMP_WORDS[1]} in\n")
	for _, v := range All {
		fmt.Fprintf(&b, "    %s) words=\"%s\" ;;\n", v.Name, strings.Join(v.words(), " "))
	}
	b.WriteString("  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n")
	b.WriteString("  case ${COMP_WORDS[1]} in check|once) COMPREPLY+=($(compgen -f -- \"$cur\")) ;; import) COMPREPLY+=($(compgen -d -- \"$cur\")) ;; esac\n}\n")
	fmt.Fprintf(&b, "complete -o filenames -F _pychron_edge_agent %s\n", Program)
	return b.String()
}

// words are what may follow a verb: its flags, and the words that are a choice.
func (v *Verb) words() []string {
	words := []string{"-h"}
	for _, f := range v.Flags {
		words = append(words, "-"+f.Name)
	}
	switch v.Args {
	case "[VERB]":
		words = append(words, Names()...)
	case "bash|zsh":
		words = append(words, "bash", "zsh")
	case "[MODEL]":
		words = append(words, "$("+Program+" models -names 2>/dev/null)")
	}
	return words
}

// Zsh is the completion of the installed program for zsh.
func Zsh() string {
	var b strings.Builder
	fmt.Fprintf(&b, "#compdef %s\n# printed by `%s completion zsh`\nlocal -a verbs\nverbs=(\n", Program, Program)
	for _, v := range All {
		fmt.Fprintf(&b, "  %s\n", quoted(v.Name+":"+v.Line))
	}
	b.WriteString(")\nif (( CURRENT == 2 )); then\n  _describe verb verbs\n  return\nfi\nlocal verb=$words[2]\nshift words\n(( CURRENT-- ))\ncase $verb in\n")
	for _, v := range All {
		fmt.Fprintf(&b, "  %s) _arguments", v.Name)
		for _, f := range v.Flags {
			b.WriteString(" " + quoted("-"+f.Name+"["+strings.NewReplacer("[", "(", "]", ")", ":", "\\:").Replace(f.Line)+"]"+zshArg(f.Arg)))
		}
		b.WriteString(v.zshWords() + " ;;\n")
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
	return ":" + strings.ToLower(arg) + ":"
}

func (v *Verb) zshWords() string {
	switch v.Args {
	case "[FILE]":
		return " '1:file:_files'"
	case "DIR":
		return " '1:directory:_files -/'"
	case "[VERB]":
		return " '1:verb:(" + strings.Join(Names(), " ") + ")'"
	case "bash|zsh":
		return " '1:shell:(bash zsh)'"
	case "[MODEL]":
		return " \"1:model:($(" + Program + " models -names 2>/dev/null))\""
	}
	return ""
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "'\\''") + "'" }
