package verbs

import (
	"fmt"
	"strings"
)

// Man is the manual page of the program, section 8.
func Man() string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 8 \"\" \"pychron-edge\" \"System administration\"\n", strings.ToUpper(Program))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- reads and moves the instruments of an extraction line\n", escaped(Program))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n.I VERB\n.RI [ FLAGS ]\n", escaped(Program))
	b.WriteString(".SH DESCRIPTION\nA program for the board beside an extraction line. It reads gauges, valves, pumps, lasers and spectrometers, shows\n" +
		"what they say, and moves what it is told to.\n.PP\n.B It is not a safety system:\nthe wiring must hold the safe level.\n.SH VERBS\n")
	for _, v := range All {
		v.man(&b)
	}
	b.WriteString(".SH FILES\n.TP\n.I " + escaped(DefaultConfig) + "\nThe configuration. See\n.BR " + escaped(Program) + ".yaml (5).\n")
	b.WriteString(".TP\n.I /run/pychron\\-edge\nSocket, latch and the configuration that is running.\n.TP\n.I /var/lib/pychron\\-edge\nThe journal.\n")
	b.WriteString(".SH SEE ALSO\n.BR systemctl (1),\n.BR journalctl (1),\n.I /usr/share/doc/" + escaped(Program) + "\n")
	return b.String()
}

func (v *Verb) man(b *strings.Builder) {
	fmt.Fprintf(b, ".SS %s\n%s.\n", escaped(strings.TrimPrefix(v.Synopsis(), "agent ")), escaped(capital(v.Line)))
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
