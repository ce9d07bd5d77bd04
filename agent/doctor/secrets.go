package doctor

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// secrets looks at the files that hold a password or a private key: are they there, may the service read them, may others.
func secrets(p Patient) []Finding {
	if p.Plan == nil {
		return nil
	}
	c := p.Plan.Config
	var all []Finding
	look := func(key, file string) {
		if file != "" {
			all = append(all, p.secret(key, file)...)
		}
	}
	look("mqtt.password_file", c.MQTT.PasswordFile)
	look("mqtt.tls.key", c.MQTT.TLS.Key)
	look("key of the page", p.web().TLS.Key)
	for i, n := range c.Notify {
		look(fmt.Sprintf("notify[%d].password_file", i), n.PasswordFile)
	}
	for i, a := range c.Alarms {
		for j, n := range a.Notify {
			look(fmt.Sprintf("alarms[%d].notify[%d].password_file", i, j), n.PasswordFile)
		}
	}
	return all
}

// secret looks at one. A path that is not absolute is not shown: it may be the secret itself, in the wrong place.
func (p Patient) secret(key, file string) []Finding {
	if !filepath.IsAbs(file) {
		return ill(Bad, key, "it is no absolute path, and the service looks for it in /", "write the absolute path of the file that holds the secret")
	}
	if strings.HasPrefix(file, "/run/credentials/") { // there while the service runs, and for it alone
		return well(key, "%s is systemd's to lay there", file)
	}
	mend := "sudo chown root:" + p.User + " " + file + " && sudo chmod 640 " + file
	if why := p.unreadable(file); why != "" {
		return ill(Bad, key, file+" "+why, "write the secret there, and nothing else; then "+mend)
	}
	info, err := os.Stat(p.path(file))
	if err != nil {
		return ill(Bad, key, err.Error(), mend)
	}
	switch mode := info.Mode().Perm(); {
	case mode&0o004 != 0:
		return ill(Warn, key, fmt.Sprintf("everybody on this machine may read %s (mode %04o)", file, mode), mend)
	case p.closed(info):
		return ill(Bad, key, fmt.Sprintf("the service's user %s may not read %s (mode %04o)", p.User, file, mode), mend)
	}
	return well(key, "%s is there, and closed to others", file)
}

// closed says whether the service's user may not read a file that others may not read. Where there is no such user nobody can say.
func (p Patient) closed(info os.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	member, numbers := p.groupsOf(p.User)
	if !ok || len(member) == 0 {
		return false
	}
	owner := false
	for line := range strings.Lines(p.read("etc/passwd")) {
		field := strings.Split(line, ":")
		owner = owner || len(field) > 2 && field[0] == p.User && field[2] == fmt.Sprint(s.Uid)
	}
	mode := info.Mode().Perm()
	if owner {
		return mode&0o400 == 0
	}
	return mode&0o040 == 0 || !slices.Contains(member, numbers[fmt.Sprint(s.Gid)])
}
