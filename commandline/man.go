package commandline

import (
	"fmt"
	"strings"
)

// Man is the manual page of the program, section 8.
func (p *Program) Man() string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 8 \"\" \"pychron-edge\" \"System administration\"\n", strings.ToUpper(p.Name))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", escaped(p.Name), escaped(p.Line))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n.I VERB\n.RI [ FLAGS ]\n.SH DESCRIPTION\n%s\n.SH VERBS\n", escaped(p.Name), p.Description)
	for _, v := range p.all() {
		v.man(&b)
	}
	b.WriteString(".SH FILES\n")
	for _, f := range p.Files {
		fmt.Fprintf(&b, ".TP\n.I %s\n%s\n", escaped(f.Path), f.Text)
	}
	b.WriteString(".SH SEE ALSO\n.BR systemctl (1),\n.BR journalctl (1),\n.I /usr/share/doc/" + escaped(p.Name) + "\n")
	return b.String()
}

func (v *Verb) man(b *strings.Builder) {
	fmt.Fprintf(b, ".SS %s\n%s.\n", escaped(strings.TrimPrefix(v.Synopsis(), v.word+" ")), escaped(capital(v.Line)))
	if v.Text != "" {
		b.WriteString(".PP\n" + escaped(v.Text) + "\n")
	}
	for _, f := range v.Flags {
		fmt.Fprintf(b, ".TP\n.B %s\n", escaped(strings.TrimSpace("-"+f.Name+" "+f.Arg)))
		b.WriteString(escaped(capital(f.Line)) + "\n")
	}
	fmt.Fprintf(b, ".PP\nExit codes: %s.\n", escaped(v.exits()))
}

// escaped is a text that troff prints as it is.
func escaped(s string) string {
	s = strings.NewReplacer("\\", "\\e", "-", "\\-").Replace(s)
	lines := strings.Split(s, "\n")
	for n, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[n] = "\\&" + line
		}
	}
	return strings.Join(lines, "\n")
}
