package doctor

import (
	"slices"
	"strings"
)

// names says by which host names the page is answered.
func names(p Patient) []Finding {
	if p.Plan == nil {
		return nil
	}
	answered := []string{"localhost"}
	kernel, written := p.read("proc/sys/kernel/hostname"), p.read("etc/hostname")
	for _, name := range []string{kernel, written} {
		if first, _, _ := strings.Cut(name, "."); first != "" {
			answered = append(answered, name, first+".local")
		}
	}
	answered = append(answered, p.Plan.Config.Agent.Hosts...)
	slices.Sort(answered)
	text := strings.Join(slices.Compact(answered), ", ") + ", and every IP address"
	if written != "" && kernel != "" && written != kernel {
		return ill(Warn, "names", "the machine is called "+kernel+", and "+written+" from its next start on; answered are "+text, "restart the board, so that others find it by its new name")
	}
	return well("names", "answered are %s", text)
}
