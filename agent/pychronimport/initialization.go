package pychronimport

import (
	"path"
	"strings"

	"pychron-edge/lazyregexp"
)

// place is where in the initialization an element stands.
type place struct {
	on      bool   // it and all above it are enabled
	plugin  string // "" = above all
	manager string
	client  bool // its plugin is the client of another computer
}

// initialization imports what initialization.xml names.
func (i *importer) initialization() {
	name := i.has(orElse(i.Init, "initialization.xml"))
	if name == "" {
		if i.Init != "" {
			i.result.Failed = append(i.result.Failed, i.Init+": there is no such file in this folder; -init must name one")
		} else {
			i.result.Warnings = append(i.result.Warnings, "there is no initialization.xml, so no device was imported")
		}
		return
	}
	if root := i.load(name); root != nil {
		i.visit(root, place{on: true})
	}
}

// visit imports the devices, flags and servers below n.
func (i *importer) visit(n *node, at place) {
	for _, p := range n.parts {
		switch strings.ToLower(p.name) {
		case "plugin":
			i.plugin(p, at)
		case "manager":
			i.manager(p, at)
		case "device":
			i.device(p, at)
		case "flag", "timed_flag", "valve_flag":
			i.flag(p)
		case "processor", "rpc", "communications", "runner", "mode", "klass", "globals":
			i.noted(nil, p, p.name+" "+p.text, "how Pychron talks to other computers; what is served to it stands in the comment pychron: at the end of the file")
			i.leftOver(p)
		default:
			if !strings.HasPrefix(p.name, "@") {
				p.seen = len(p.parts) > 0
				i.visit(p, at)
			}
		}
	}
}

// leftOver tells the parts of what is told.
func (i *importer) leftOver(n *node) {
	for _, p := range n.parts {
		if p.text != "" {
			i.noted(nil, p, n.name+" "+p.name+" "+p.text, "as what it stands in")
		}
		i.leftOver(p)
	}
}

// enabled says whether an element is switched on.
func (n *node) enabled() bool {
	a := n.last("@enabled")
	if a != nil {
		a.seen = true
	}
	return a != nil && strings.EqualFold(a.text, "true")
}

func (i *importer) plugin(p *node, at place) {
	at.on, at.plugin = at.on && p.enabled(), p.text
	p.seen = true
	mode := p.last("mode")
	at.client = mode != nil && strings.EqualFold(mode.text, "client")
	if !at.on {
		i.off(p, "plugin", at)
		return
	}
	if at.client {
		i.noted(nil, mode, "mode client of "+p.text, "it is what stands on the other side of the wire; an agent serves it")
	} else if c, ok := classes[strings.ToLower(p.text)]; ok && c.laser {
		i.laser(p)
	} else {
		i.result.Listed = append(i.result.Listed, Note{p.file, p.line, "plugin " + p.text})
	}
	if mode != nil {
		mode.seen = true
	}
	i.visitBut(p, at, mode)
}

// visitBut visits n without one part that was dealt with.
func (i *importer) visitBut(n *node, at place, but *node) {
	rest := *n
	rest.parts = nil
	for _, p := range n.parts {
		if p != but {
			rest.parts = append(rest.parts, p)
		}
	}
	i.visit(&rest, at)
}

func (i *importer) manager(p *node, at place) {
	at.on, at.manager = at.on && p.enabled(), p.text
	p.seen = true
	if !at.on {
		i.off(p, "manager", at)
		return
	}
	i.result.Listed = append(i.result.Listed, Note{p.file, p.line, "manager " + p.text})
	i.visit(p, at)
}

// off lists what is not enabled, with all the devices in it.
func (i *importer) off(n *node, what string, at place) {
	i.result.Listed = append(i.result.Listed, Note{n.file, n.line, what + " " + n.text + " is not enabled"})
	n.seen = true
	for _, p := range n.parts {
		switch name := strings.ToLower(p.name); {
		case name == "device" || name == "manager":
			i.off(p, name, at)
		case p.text != "" && !strings.HasPrefix(p.name, "@"):
			i.listed(p, p.name+" "+p.text+" of what is not enabled")
		default:
			p.see()
		}
	}
}

var snake = lazyregexp.New(`([a-z0-9])([A-Z])`)

// folders are where the files of a plugin's devices may be: at the top, or in a folder of its name.
func folders(at place) []string {
	all := []string{"devices"}
	for _, name := range []string{at.plugin, snake.ReplaceAllString(at.plugin, "${1}_${2}"), at.manager, strings.TrimSuffix(at.manager, "_manager")} {
		if name != "" {
			all = append(all, path.Join("devices", name))
		}
	}
	return all
}

// deviceFile reads the file of a device: .yaml, else .yml, else .cfg. Keys of a .cfg that a .yaml overrules are told.
func (i *importer) deviceFile(name string, at place) *node {
	for _, folder := range folders(at) {
		base := path.Join(folder, name)
		file := i.has(base+".yaml", base+".yml", base+".cfg")
		if file == "" {
			continue
		}
		n := i.load(file)
		if old := i.has(base + ".cfg"); n != nil && old != "" && old != file {
			i.overruled(n, old)
		}
		return n
	}
	return nil
}

// overruled tells every key in which a .cfg differs from the .yaml that Pychron reads in its place.
func (i *importer) overruled(n *node, file string) {
	data, err := i.tree.parse(file)
	if err != nil {
		i.result.Failed = append(i.result.Failed, err.Error()+"; the .yaml beside it counts")
		return
	}
	for _, section := range data.parts {
		for _, key := range section.parts {
			now := "nothing"
			for _, s := range n.parts {
				if strings.EqualFold(s.name, section.name) {
					now = s.textOf(key.name, now)
				}
			}
			what := section.name + " " + key.name + " = " + key.text
			if now == key.text {
				i.result.Listed = append(i.result.Listed, Note{file, key.line, what + ": as in " + n.file})
			} else {
				i.noted(nil, key, what, n.file+" counts, and says "+short(now))
			}
		}
	}
}

// textOf is the text of a part without seeing it.
func (n *node) textOf(name, none string) string {
	for _, p := range n.parts {
		if strings.EqualFold(p.name, name) {
			words := p.text
			for k, item := range p.parts {
				if item.name != "-" {
					continue
				}
				if k > 0 {
					words += ","
				}
				words += item.text
			}
			none = words
		}
	}
	return none
}
