package bookcheck

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
)

// node is an element of a part.
type node struct {
	space, local string
	attrs        []attr
	kids         []*node
	text         string
}

type attr struct{ space, local, value string }

// attr returns the value of an attribute that has no prefix, or "".
func (n *node) attr(local string) string {
	for _, a := range n.attrs {
		if a.local == local && a.space == "" {
			return a.value
		}
	}
	return ""
}

// has reports whether an element has an attribute without a prefix.
func (n *node) has(local string) bool {
	for _, a := range n.attrs {
		if a.local == local && a.space == "" {
			return true
		}
	}
	return false
}

// isLink reports whether a namespace is that of the IDs of links.
func isLink(space string) bool {
	return space == "http://schemas.openxmlformats.org/officeDocument/2006/relationships" || space == "http://purl.oclc.org/ooxml/officeDocument/relationships"
}

// link returns the ID of the link of an element, or "".
func (n *node) link() string {
	for _, a := range n.attrs {
		if a.local == "id" && isLink(a.space) {
			return a.value
		}
	}
	return ""
}

// kid returns the first element of that name, or nil.
func (n *node) kid(local string) *node {
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.local == local && k.space == n.space {
			return k
		}
	}
	return nil
}

// all returns the elements of that name.
func (n *node) all(local string) []*node {
	var all []*node
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.local == local && k.space == n.space {
			all = append(all, k)
		}
	}
	return all
}

// walk calls visit for an element and for all inside of it.
func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, k := range n.kids {
		k.walk(visit)
	}
}

// parser reads a part into a tree. Unlike encoding/xml it demands that every prefix is
// declared and that no attribute is there twice.
type parser struct {
	xml    *xml.Decoder
	open   []*node
	names  []xml.Name // as they are written
	scopes []map[string]string
	root   *node
	// take is called with every element that has ended, if it is set; it returns true for
	// an element that the tree is not to have.
	take func(path []*node, n *node) bool
}

func parse(from io.Reader, take func(path []*node, n *node) bool) (*node, error) {
	p := &parser{xml: xml.NewDecoder(from), take: take, scopes: []map[string]string{{"xml": "http://www.w3.org/XML/1998/namespace"}}}
	p.xml.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		token, err := p.xml.RawToken()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = p.start(t)
		case xml.EndElement:
			err = p.end(t.Name)
		case xml.CharData:
			if len(p.open) > 0 {
				p.open[len(p.open)-1].text += string(t)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	if len(p.open) > 0 || p.root == nil {
		return nil, errors.New("it is cut short")
	}
	return p.root, nil
}

// resolve returns the namespace of a prefix.
func (p *parser) resolve(prefix string, isAttr bool) (string, error) {
	if prefix == "" && isAttr {
		return "", nil
	}
	for _, scope := range slices.Backward(p.scopes) {
		if space, ok := scope[prefix]; ok {
			return space, nil
		}
	}
	if prefix == "" {
		return "", nil
	}
	return "", fmt.Errorf("the prefix %q is not declared", prefix)
}

func (p *parser) start(t xml.StartElement) error {
	if len(p.open) == 0 && p.root != nil {
		return errors.New("it has two roots")
	}
	scope := map[string]string(nil)
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			if scope == nil {
				scope = map[string]string{}
			}
			prefix := a.Name.Local
			if a.Name.Space == "" {
				prefix = ""
			}
			scope[prefix] = a.Value
		}
	}
	p.scopes = append(p.scopes, scope)
	n, err := p.element(t)
	if err != nil {
		return fmt.Errorf("<%s>: %w", t.Name.Local, err)
	}
	if p.root == nil {
		p.root = n
	}
	p.open, p.names = append(p.open, n), append(p.names, t.Name)
	return nil
}

// element resolves the prefixes of an element.
func (p *parser) element(t xml.StartElement) (*node, error) {
	space, err := p.resolve(t.Name.Space, false)
	if err != nil {
		return nil, err
	}
	n := &node{space: space, local: t.Name.Local}
	for i, a := range t.Attr {
		for _, other := range t.Attr[:i] {
			if other.Name == a.Name {
				return nil, fmt.Errorf("the attribute %s is there twice", a.Name.Local)
			}
		}
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		space, err := p.resolve(a.Name.Space, true)
		if err != nil {
			return nil, err
		}
		n.attrs = append(n.attrs, attr{space, a.Name.Local, a.Value})
	}
	return n, nil
}

func (p *parser) end(name xml.Name) error {
	last := len(p.open) - 1
	if last < 0 || p.names[last] != name {
		return fmt.Errorf("</%s> ends what is not open", name.Local)
	}
	n := p.open[last]
	p.open, p.names, p.scopes = p.open[:last], p.names[:last], p.scopes[:len(p.scopes)-1]
	if last > 0 && (p.take == nil || !p.take(p.open, n)) {
		p.open[last-1].kids = append(p.open[last-1].kids, n)
	}
	return nil
}
