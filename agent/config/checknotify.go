package config

import (
	"fmt"
	"net/mail"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"pychron-edge/agent/rules"

	"pychron-edge/near"
	"pychron-edge/yamlfile"
)

// minRepeat keeps reminders under what one receiver gets of one alarm in an hour.
const minRepeat = 15 * time.Minute

// receivers checks the receivers of the top level, which every alarm may name.
func (k *checking) receivers() {
	titles := k.uniqueNames("receiver")
	for i, n := range k.config.Notify {
		path := fmt.Sprintf("notify[%d]", i)
		titles.add(n.Name, path+".name")
		k.notify(n, path)
		k.config.Notify[i].Name = k.receiver(n)
	}
}

// oneReceiver is what a receiver that is named must be.
func (k *checking) oneReceiver() string {
	names := map[string]bool{}
	for _, n := range k.config.Notify {
		names[n.Name] = true
	}
	return near.OneOf(rules.Names(names), "must be a receiver of its own with webhook, ntfy or smtp, for there is none at the top level")
}

// receiversOf gives the names of an alarm's receivers: its own, or those of the top level.
func (k *checking) receiversOf(list []NotifyConfig, path string) (names []string) {
	if list == nil {
		return k.common()
	}
	for i, n := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		top := slices.IndexFunc(k.config.Notify, func(t NotifyConfig) bool { return n.Name != "" && t.Name == n.Name })
		switch {
		case n.Kind() == "" && n.Name != "" && top < 0:
			k.At(at, "receiver %q is unknown; %s", yamlfile.Short(n.Name), k.oneReceiver())
		case n.Kind() == "" && top >= 0:
			names = append(names, n.Name)
		case top >= 0:
			k.At(at+".name", "receiver %q is given at the top level, too; must be a name of its own", yamlfile.Short(n.Name))
		default:
			k.notify(n, at)
			names = append(names, k.receiver(n))
		}
	}
	return names
}

// common are the names of the receivers of the top level.
func (k *checking) common() (names []string) {
	for _, n := range k.config.Notify {
		if !slices.Contains(names, n.Name) {
			names = append(names, n.Name)
		}
	}
	return names
}

// receiver adds a receiver to the plan, one that is there already only once, and gives its name. One without a name is named by
// its way and host: the rest of its address may be a secret.
func (k *checking) receiver(n NotifyConfig) string {
	base := n.Name
	if base == "" {
		base = n.Kind()
		if u, err := url.Parse(n.Webhook + n.Ntfy + n.SMTP); err == nil && u.Host != "" {
			base += " " + u.Hostname()
		}
	}
	for count := 1; ; count++ {
		n.Name = base
		if count > 1 {
			n.Name = fmt.Sprintf("%s %d", base, count)
		}
		i := slices.IndexFunc(k.plan.Receivers, func(r NotifyConfig) bool { return r.Name == n.Name })
		if i >= 0 && !reflect.DeepEqual(k.plan.Receivers[i], n) {
			continue
		}
		if i < 0 {
			k.plan.Receivers = append(k.plan.Receivers, n)
		}
		return n.Name
	}
}

// notify checks one way to reach somebody.
func (k *checking) notify(n NotifyConfig, path string) {
	ways := 0
	for name, target := range map[string]string{"webhook": n.Webhook, "ntfy": n.Ntfy, "smtp": n.SMTP} {
		if target != "" {
			ways++
			k.target(n, name, target, path)
		}
	}
	if ways != 1 {
		k.At(path, "notify names %d ways; must be one of webhook, ntfy, smtp", ways)
	}
	if n.Name != "" && badTitle(n.Name) != "" {
		k.At(path+".name", "name of a receiver %s", badTitle(n.Name))
	}
	if n.SMTP != "" {
		k.addresses(n, path)
	}
	if n.Delay > time.Hour {
		k.At(path+".delay", "delay is %v; must be at most 1h", n.Delay)
	}
	if n.Repeat != 0 && n.Repeat < minRepeat {
		k.At(path+".repeat", "repeat is %v; must be 0, for never, or at least %v", n.Repeat, minRepeat)
	}
}

// addresses checks who a mail is from and to.
func (k *checking) addresses(n NotifyConfig, path string) {
	if len(n.To) == 0 || n.From == "" {
		k.At(path, "mail needs from and to")
		return
	}
	for i, address := range append([]string{n.From}, n.To...) {
		at := path + ".from"
		if i > 0 {
			at = fmt.Sprintf("%s.to[%d]", path, i-1)
		}
		if _, err := mail.ParseAddress(address); err != nil {
			k.At(at, "%q is no mail address; must be one such as lab@example.org", yamlfile.Short(address))
		}
	}
}

// target checks where a message goes. Its address may be a secret, so no message has it.
func (k *checking) target(n NotifyConfig, name, target, path string) {
	schemes := []string{"http", "https"}
	if name == "smtp" {
		schemes = []string{"smtp", "smtps"}
	}
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || !slices.Contains(schemes, u.Scheme) {
		k.At(path+"."+name, "%s is no address; must be %s://...", name, strings.Join(schemes, ":// or "))
		return
	}
	if _, secret := u.User.Password(); secret {
		k.At(path+"."+name, "%s carries a password; must be password_file beside it", name)
	}
	if name == "smtp" && n.PasswordFile != "" && u.User.Username() == "" {
		k.At(path+"."+name, "password_file is given and smtp names no user; must be %s://user@host", u.Scheme)
	}
	if name == "smtp" && strings.Trim(u.Path, "/") != "" {
		k.At(path+"."+name, "smtp has a path, which means nothing; must be %s://user@host:port", u.Scheme)
	}
}
