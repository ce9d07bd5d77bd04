package line

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// forbidden says who may open a device node that this process may not, and how to become one of them. Other errors stay as they are.
func forbidden(node string, err error) error {
	info, statErr := os.Stat(node)
	switch {
	case statErr != nil:
		return err
	case errors.Is(err, unix.EPERM): // rights would give EACCES
		return fmt.Errorf("%w: the service may not use this class of device; name it in a DeviceAllow= of the unit", err)
	case errors.Is(err, unix.EACCES):
		return fmt.Errorf("%w: %s", err, whoMay(info))
	}
	return err
}

// whoMay says in words what the owner, group and mode of a node allow.
func whoMay(info fs.FileInfo) string {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok || info.Mode().Perm()&0o060 != 0o060 {
		return fmt.Sprintf("its group may not use it (mode %04o); must be 0660, which a udev rule sets", info.Mode().Perm())
	}
	group := strconv.Itoa(int(s.Gid))
	if g, err := user.LookupGroupId(group); err == nil {
		group = g.Name
	}
	return fmt.Sprintf("it belongs to group %s; `sudo usermod -aG %s USER`, then log in again", group, group)
}
