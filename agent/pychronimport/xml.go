package pychronimport

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxDepth is how deep elements and YAML may be nested.
const maxDepth = 64

// parseXML reads an XML file. The text of an element is what stands before its first child; text after a child is a remark
// on the next one. Attributes are parts. There are no entities beyond those of XML, and no DTD is read.
func parseXML(file string, data []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(latin(data)))
	d.CharsetReader = charset
	root := &node{file: file, line: 1, seen: true}
	open := []*node{root}
	var remarks []string
	for {
		token, err := d.Token()
		line, _ := d.InputPos()
		if errors.Is(err, io.EOF) {
			return root, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, line, err)
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > maxDepth {
				return nil, fmt.Errorf("%s:%d: elements are nested too deep; must be at most %d", file, line, maxDepth)
			}
			e := element(file, line, t)
			e.remarks, remarks = remarks, nil
			top.parts = append(top.parts, e)
			open = append(open, e)
		case xml.EndElement:
			for _, text := range remarks { // behind its last child
				top.parts = append(top.parts, &node{file: file, line: line, name: "#text", text: text})
			}
			remarks = nil
			open = open[:len(open)-1]
		case xml.CharData:
			if text := strings.TrimSpace(string(t)); text != "" {
				remarks = top.characters(text, remarks)
			}
		}
	}
}

func element(file string, line int, t xml.StartElement) *node {
	e := &node{file: file, line: line, name: t.Name.Local}
	for _, a := range t.Attr {
		e.parts = append(e.parts, &node{file: file, line: line, name: "@" + a.Name.Local, text: strings.TrimSpace(a.Value)})
	}
	return e
}

// characters takes text: of the element while it has no child, else a remark on the next child.
func (n *node) characters(text string, remarks []string) []string {
	for _, p := range n.parts {
		if !strings.HasPrefix(p.name, "@") {
			return append(remarks, strings.TrimSpace(strings.TrimLeft(text, "#")))
		}
	}
	n.text = strings.TrimSpace(n.text + " " + text)
	return remarks
}
