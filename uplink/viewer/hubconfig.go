package main

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"pychron-edge/uplink/viewer/broker"
	"pychron-edge/uplink/viewer/hub"
	"pychron-edge/uplink/viewer/hubnode"
	"pychron-edge/yamlfile"
)

// Hub is the institute's hub of which this lab's embedded broker is a leaf.
type Hub struct {
	URL          brokers `yaml:"url"`           // nats-leaf://host:7422 of a node, or a list of these; nats-leaf-tls:// with TLS; none = no hub
	User         string  `yaml:"user"`          // the lab's name at the hub, 1 to 32 letters, digits, _ and -; it stands before the names of its agents there
	PasswordFile string  `yaml:"password_file"` // file with the user's password
	TLS          HubTLS  `yaml:"tls"`           // of a node at nats-leaf-tls://
}

// HubTLS is how a node of the hub is known.
type HubTLS struct {
	CA         string `yaml:"ca"`          // file, PEM: who may have signed the node's certificate; default those of the system
	ServerName string `yaml:"server_name"` // in the node's certificate; default the host of the URL
}

// HubNode is a node of an institute's hub inside this program.
type HubNode struct {
	Name     string      `yaml:"name"`     // of the node, 1 to 64 letters, digits, _ and -; no other node's
	Leaves   string      `yaml:"leaves"`   // IP:port on which labs connect, such as 0.0.0.0:7422; none = no node
	Viewers  string      `yaml:"viewers"`  // IP:port on which viewers connect that are other programs, such as 0.0.0.0:4222; none = none do
	Dir      string      `yaml:"dir"`      // folder of its files; default hub in the state directory
	Size     int64       `yaml:"size"`     // of what waits for viewers, bytes, 16777216 to 1099511627776; default 10737418240. Beyond, the oldest go
	Replicas int         `yaml:"replicas"` // nodes that keep each message: 1 or 3; default 1
	Cluster  NodeCluster `yaml:"cluster"`  // the other nodes of the hub; left out = it is the only one
	TLS      NodeTLS     `yaml:"tls"`      // its certificate; left out = labs and viewers connect without TLS
	Users    []HubUser   `yaml:"users"`    // each lab, and viewers on other machines
}

// NodeCluster is how the nodes of a hub reach each other.
type NodeCluster struct {
	Listen       string   `yaml:"listen"`        // IP:port on which the other nodes connect
	Peers        []string `yaml:"peers"`         // host:port of the others; this node's own may stand among them
	PasswordFile string   `yaml:"password_file"` // file with what the nodes know each other by; needed off loopback
}

// NodeTLS is the certificate of a node.
type NodeTLS struct {
	Cert string `yaml:"cert"` // file, PEM; with key, labs and viewers must use TLS
	Key  string `yaml:"key"`  // file, PEM, with the certificate's private key
	CA   string `yaml:"ca"`   // file, PEM: who signed the certificates of the nodes; with it the nodes use TLS among themselves, too
}

// HubUser is one user of a hub.
type HubUser struct {
	Name   string   `yaml:"name"`   // of a lab: the lab's name
	SHA256 string   `yaml:"sha256"` // of the password, 64 hex digits: printf %s PASSWORD | sha256sum
	Rights []string `yaml:"rights"` // lab, or viewer
}

// ownNode is the broker of a viewer that reads from the node inside this program.
const ownNode = "hub"

// fromHub reports whether the viewer reads from a hub.
func (m *MQTT) fromHub() bool {
	return m.Broker == ownNode || strings.HasPrefix(string(m.Broker), "nats://") || strings.HasPrefix(string(m.Broker), "nats-tls://")
}

// hubURLs reads the URLs of a hub's nodes, separated by blanks, all with the scheme or all with that of TLS.
func hubURLs(key, text, scheme, port string) (all []*url.URL, secure bool, err error) {
	for i, one := range strings.Fields(text) {
		u, err := url.Parse(one)
		if err != nil || u.Hostname() == "" || u.Scheme != scheme && u.Scheme != scheme+"-tls" || u.User != nil || u.RawQuery != "" || strings.Trim(u.Path, "/") != "" {
			return nil, false, fmt.Errorf("%s: URL %d of %d is not one of a node; it must be %s://host:%s, or %s-tls://host:%s with TLS, without a user", key, i+1, len(strings.Fields(text)), scheme, port, scheme, port)
		}
		if tls := u.Scheme != scheme; i > 0 && tls != secure {
			return nil, false, fmt.Errorf("%s: %s and %s-tls stand side by side; it must be one of them for all nodes", key, scheme, scheme)
		} else {
			secure = tls
		}
		all = append(all, &url.URL{Scheme: scheme, Host: net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), port))})
	}
	return all, secure, nil
}

// Ports where a URL has none.
const (
	leafPort   = "7422"
	viewerPort = "4222"
)

// checkHub returns every mistake in the keys of a hub.
func (c *Config) checkHub() (wrong []error) {
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if c.Hub.URL != "" {
		_, secure, err := hubURLs("hub.url", string(c.Hub.URL), "nats-leaf", leafPort)
		if err != nil {
			wrong = append(wrong, err)
		} else if !secure && (c.Hub.TLS.CA != "" || c.Hub.TLS.ServerName != "") {
			bad("hub.tls is given and hub.url has no TLS; the scheme must be nats-leaf-tls")
		}
		if c.MQTT.Broker != "embedded" {
			bad("hub.url is given and mqtt.broker is another program; it must be embedded: the lab's own broker is what becomes a leaf of the hub")
		}
		if err := hub.CheckLab(c.Hub.User); err != nil {
			bad("hub.user %w", err)
		}
		if c.Hub.PasswordFile == "" {
			bad("hub.password_file is empty; it must be a file with the password of hub.user")
		}
	} else if c.Hub.User != "" || c.Hub.PasswordFile != "" {
		bad("hub.url is empty; it must be nats-leaf://host:%s of a node", leafPort)
	}
	return append(wrong, c.checkNode()...)
}

func (c *Config) checkNode() (wrong []error) {
	n := &c.HubNode
	if n.configured() {
		o := c.nodeOptions()
		o.Dir = cmp.Or(o.Dir, ".") // it may depend on how the program is started
		if n.Cluster.PasswordFile != "" {
			o.ClusterPassword = "in a file"
		}
		for _, err := range o.Mistakes() {
			wrong = append(wrong, fmt.Errorf("hub_node.%w", err))
		}
		if (n.TLS.Cert == "") != (n.TLS.Key == "") || n.TLS.CA != "" && n.TLS.Cert == "" {
			wrong = append(wrong, fmt.Errorf("hub_node.tls: cert %q, key %q, ca %q; it must be cert and key, or these and ca, or none", n.TLS.Cert, n.TLS.Key, n.TLS.CA))
		}
	} else if c.MQTT.Broker == ownNode {
		wrong = append(wrong, errors.New("mqtt.broker is hub and there is no hub_node; it must have leaves, or mqtt.broker must be nats://host:"+viewerPort+" of a node"))
	}
	if c.MQTT.fromHub() && c.MQTT.Broker != ownNode {
		if _, _, err := hubURLs("mqtt.broker", string(c.MQTT.Broker), "nats", viewerPort); err != nil {
			wrong = append(wrong, err)
		}
	}
	return wrong
}

// configured reports whether there is anything of a node.
func (n *HubNode) configured() bool { return n.Leaves != "" || n.Name != "" || len(n.Users) > 0 }

// nodeOptions returns what a node needs; files are not read yet.
func (c *Config) nodeOptions() hubnode.Options {
	n := &c.HubNode
	o := hubnode.Options{Name: n.Name, Leaves: n.Leaves, Viewers: n.Viewers, Dir: n.dir(), Size: n.Size, Replicas: n.Replicas,
		Cluster: n.Cluster.Listen, Peers: n.Cluster.Peers}
	for _, u := range n.Users {
		o.Users = append(o.Users, hubnode.User(u))
	}
	return o
}

// dir returns the folder of the node's files; "" if there is no place for it.
func (n *HubNode) dir() string {
	state, _, _ := strings.Cut(os.Getenv("STATE_DIRECTORY"), ":") // systemd may give several
	if n.Dir == "" && state != "" {
		return filepath.Join(state, "hub")
	}
	return n.Dir
}

// secret returns the content of a password file without its line end. No error has its name, which may be the password.
func secret(key, path string) (string, error) {
	if path == "" {
		return "", nil
	}
	data, err := yamlfile.Limited(path)
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return "", fmt.Errorf("%s: %s: %w", key, e.Op, e.Err)
	}
	return strings.TrimRight(string(data), "\r\n"), err
}

// authorities returns the certificates of a file; nil if there is none.
func authorities(key, path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	pem, err := yamlfile.Limited(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s %s: it must contain a certificate in PEM format", key, path)
	}
	return pool, nil
}

// leaf returns what the embedded broker needs to be a leaf of the hub; nil if there is none.
func (h *Hub) leaf() (*broker.Hub, error) {
	if h.URL == "" {
		return nil, nil
	}
	urls, secure, err := hubURLs("hub.url", string(h.URL), "nats-leaf", leafPort)
	if err != nil {
		return nil, err
	}
	l := &broker.Hub{Lab: h.User, URLs: urls}
	if l.Password, err = secret("hub.password_file", h.PasswordFile); err != nil || !secure {
		return l, err
	}
	l.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: h.TLS.ServerName}
	l.TLS.RootCAs, err = authorities("hub.tls.ca", h.TLS.CA)
	return l, err
}

// files reads the node's files into o.
func (n *HubNode) files(o *hubnode.Options) (err error) {
	if o.ClusterPassword, err = secret("hub_node.cluster.password_file", n.Cluster.PasswordFile); err != nil || n.TLS.Cert == "" {
		return err
	}
	pair, err := tls.LoadX509KeyPair(n.TLS.Cert, n.TLS.Key)
	if err != nil {
		return fmt.Errorf("hub_node.tls: %w; it must be a certificate and its key, in PEM format", err)
	}
	o.TLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}
	ca, err := authorities("hub_node.tls.ca", n.TLS.CA)
	if ca != nil {
		o.ClusterTLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: o.TLS.Certificates, RootCAs: ca, ClientCAs: ca, ClientAuth: tls.RequireAndVerifyClientCert}
	}
	return err
}
