package hubnode

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/nats-io/nats-server/v2/server"

	"pychron-edge/uplink/viewer/hub"
)

// The rights of a user.
const (
	labRight    = "lab"    // hands over what its agents publish, under its own name alone
	viewerRight = "viewer" // stores what labs hand over
)

func checkUsers(users []User) (wrong []error) {
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if len(users) == 0 {
		bad("users is empty; each lab must be one, and viewers on other machines another")
	}
	seen := map[string]bool{}
	for i := range users {
		u := &users[i]
		if seen[u.Name] {
			bad("users[%d]: name %.40q stands twice; each lab must have a name of its own, by which its agents are told apart from others'", i, u.Name)
		}
		seen[u.Name] = true
		if b, err := hex.DecodeString(u.SHA256); err != nil || len(b) != sha256.Size {
			bad("users[%d]: sha256 of %.40q; it must be the 64 hex digits of the password's SHA-256", i, u.Name)
		}
		if len(u.Rights) != 1 || !hasRight(u, labRight) && !hasRight(u, viewerRight) {
			bad("users[%d]: rights %q of %.40q; it must be one of %s, %s", i, u.Rights, u.Name, labRight, viewerRight)
		}
		if err := hub.CheckLab(u.Name); err != nil {
			bad("users[%d]: name %w", i, err)
		}
	}
	return wrong
}

// gate admits who connects. It is the server's [server.Authentication].
type gate struct {
	own   string // password of this program's own connections
	users map[string]*User
}

// ownUser is the name by which this program itself connects, and clusterUser that of the other nodes.
const (
	ownUser     = "pychron-edge-hub"
	clusterUser = "node"
)

// Check admits a lab's server or a viewer and gives it its rights.
func (g *gate) Check(c server.ClientAuthentication) bool {
	o := c.GetOpts()
	if c.Kind() == server.CLIENT && o.Username == ownUser && subtle.ConstantTimeCompare([]byte(o.Password), []byte(g.own)) == 1 {
		c.RegisterUser(&server.User{Username: ownUser})
		return true
	}
	u := g.users[o.Username]
	if u == nil || u.authenticate(o.Password) != nil {
		return false
	}
	switch {
	case c.Kind() == server.LEAF && hasRight(u, labRight):
		publish, receive := hub.LabSubjects(u.Name)
		c.RegisterUser(&server.User{Username: u.Name, Permissions: permit(publish, receive)})
	case c.Kind() == server.CLIENT && hasRight(u, viewerRight):
		c.RegisterUser(&server.User{Username: u.Name, Permissions: permit(hub.ViewerSubjects())})
	default:
		return false
	}
	return true
}

func permit(publish, receive []string) *server.Permissions {
	return &server.Permissions{Publish: &server.SubjectPermission{Allow: publish}, Subscribe: &server.SubjectPermission{Allow: receive}}
}

var errPassword = errors.New("wrong password")

func (u *User) authenticate(password string) error {
	want, err := hex.DecodeString(u.SHA256)
	sum := sha256.Sum256([]byte(password))
	if err != nil || subtle.ConstantTimeCompare(sum[:], want) != 1 {
		return errPassword
	}
	return nil
}
