package broker

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats-server/v2/server"

	"pychron-edge/uplink"
)

// User is who may connect, and what for.
type User struct {
	Name   string   // of the agent, where Rights has "agent"
	SHA256 string   // of the password, 64 hex digits; the password should be a random one
	Rights []string // one or more of agent, read, command, ingest, viewer
}

// The rights of a user, below every prefix.
var rights = []string{
	"agent",   // publishes below its own name, and receives what is for it
	"read",    // receives all
	"command", // publishes commands for every agent
	"ingest",  // publishes events for every agent to take in
	"viewer",  // receives all, asks for events again, and says what it has
}

func checkUsers(users []User) (wrong []Mistake) {
	seen := map[string]bool{}
	for i, u := range users {
		at := fmt.Sprintf("users[%d]", i)
		bad := func(key, format string, args ...any) {
			wrong = append(wrong, Mistake{at + "." + key, at + ": " + fmt.Sprintf(format, args...)})
		}
		if u.Name == "" || len(u.Name) > 128 {
			bad("name", "name %.40q; must be 1 to 128 bytes", u.Name)
		}
		if seen[u.Name] {
			bad("name", "name %.40q is given twice; must be one user's alone", u.Name)
		}
		seen[u.Name] = true
		if b, err := hex.DecodeString(u.SHA256); err != nil || len(b) != sha256.Size {
			bad("sha256", "sha256 of %.40q is not 64 hexadecimal digits; must be what `printf %%s PASSWORD | sha256sum` prints", u.Name)
		}
		if len(u.Rights) == 0 {
			bad("rights", "%.40q has no rights; must be one or more of %s", u.Name, strings.Join(rights, ", "))
		}
		for n, r := range u.Rights {
			if !slices.Contains(rights, r) {
				bad(fmt.Sprintf("rights[%d]", n), "right %.40q; must be one of %s", r, strings.Join(rights, ", "))
			}
		}
		if slices.Contains(u.Rights, "agent") && !agentName(u.Name) {
			bad("name", "name %.40q is not that of an agent; must be letters, digits and _", u.Name)
		}
	}
	return wrong
}

// agentName reports whether s can be an agent's name, which is one level of a topic.
func agentName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// permissions returns what a user may publish and subscribe to.
func (u *User) permissions(prefixes []string) *server.Permissions {
	var publish, subscribe []string
	for _, p := range prefixes {
		all := []string{subject(p), subject(p + "/#")}
		for _, r := range u.Rights {
			switch r {
			case "agent":
				publish = append(publish, subject(p+"/"+u.Name+"/#"))
				for _, t := range uplink.AgentReceives(p, u.Name) {
					subscribe = append(subscribe, subject(t))
				}
			case "read":
				subscribe = append(subscribe, all...)
			case "command":
				publish = append(publish, subject(p+"/+/commands"))
			case "ingest":
				publish = append(publish, subject(p+"/+/ingest"))
			case "viewer":
				subscribe = append(subscribe, all...)
				publish = append(publish, subject(p+"/+/resend"), subject(p+"/+/received"))
			}
		}
	}
	return &server.Permissions{Publish: only(publish), Subscribe: only(subscribe)}
}

// only permits subjects and nothing else. (An empty list of permissions would permit all.)
func only(subjects []string) *server.SubjectPermission {
	if len(subjects) == 0 {
		return &server.SubjectPermission{Deny: []string{">"}}
	}
	return &server.SubjectPermission{Allow: subjects}
}

// anybody are the rights where there are no users: everything but the server's own subjects, by which its store is managed.
func anybody() *server.Permissions {
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Deny: []string{"$JS.>", "$SYS.>", "$MQTT.>", "$NRG.>"}},
		Subscribe: &server.SubjectPermission{Deny: []string{"$JS.>", "$SYS.>", "$NRG.>"}},
	}
}

// subject returns the NATS subject of an MQTT filter: levels are separated by points, and a point becomes two slashes.
func subject(filter string) string {
	return strings.NewReplacer("/", ".", ".", "//", "+", "*", "#", ">").Replace(filter)
}

// gate admits clients. It is the server's [server.Authentication].
type gate struct {
	own      string // password of this program's own connections
	users    map[string]*User
	prefixes []string
	open     func() bool // clients are admitted; before, only this program is
}

// ownUser is the name by which this program itself connects.
const ownUser = "pychron-edge-viewer"

// Check admits a client and gives it its rights.
func (g *gate) Check(c server.ClientAuthentication) bool {
	o := c.GetOpts()
	if o.Username == ownUser && subtle.ConstantTimeCompare([]byte(o.Password), []byte(g.own)) == 1 {
		c.RegisterUser(&server.User{Username: ownUser})
		return true
	}
	if !g.open() {
		return false
	}
	if len(g.users) == 0 {
		c.RegisterUser(&server.User{Username: "anybody", Permissions: anybody()})
		return true
	}
	u := g.users[o.Username]
	if u == nil || !u.has(o.Password) {
		return false
	}
	c.RegisterUser(&server.User{Username: u.Name, Permissions: u.permissions(g.prefixes)})
	return true
}

func (u *User) has(password string) bool {
	want, err := hex.DecodeString(u.SHA256)
	sum := sha256.Sum256([]byte(password))
	return err == nil && subtle.ConstantTimeCompare(sum[:], want) == 1
}
