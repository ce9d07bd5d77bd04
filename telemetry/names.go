package telemetry

import (
	"os"
	"slices"
	"strings"
)

// hostnameFile says the machine's name where it was changed since the program started: a service does not see a change in the kernel's name.
const hostnameFile = "/etc/hostname"

// machineNames are the machine's own names: what the kernel and the file say now, each also as multicast DNS has it, NAME.local.
func machineNames(file string) []string {
	var names []string
	kernel, _ := os.Hostname()      // without a name there is one less
	written, _ := os.ReadFile(file) // as on a system without the file
	for _, name := range []string{kernel, strings.TrimSpace(string(written))} {
		if name == "" || slices.Contains(names, name) {
			continue
		}
		first, _, _ := strings.Cut(name, ".")
		names = append(names, name, first, first+".local")
	}
	return names
}
