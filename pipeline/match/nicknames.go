package match

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed nicknames.txt
var nicknamesText string

// nickname is a given name of the table. The relation is not transitive: Jack is short
// for John and Jim for James, and nothing follows from that about any other pair.
type nickname struct {
	name    string      // folded
	shorts  []*nickname // short forms of this name
	formals []*nickname // names that this is a short form of
}

// nicknames returns the table by folded name. It is parsed once.
var nicknames = sync.OnceValue(func() map[string]*nickname {
	table := map[string]*nickname{}
	named := func(name string) *nickname {
		name = strings.TrimSpace(name)
		if table[name] == nil {
			table[name] = &nickname{name: name}
		}
		return table[name]
	}
	for line := range strings.Lines(nicknamesText) {
		name, list, found := strings.Cut(line, ":")
		if !found || strings.HasPrefix(line, "#") {
			continue
		}
		formal := named(name)
		for text := range strings.SplitSeq(list, ",") {
			if strings.TrimSpace(text) == "" {
				continue
			}
			short := named(text)
			formal.shorts = append(formal.shorts, short)
			short.formals = append(short.formals, formal)
		}
	}
	return table
})

// isRelated reports whether two given names may be one person's: one is short for the
// other, or both are short for the same name. A name that is not in the table is nil
// and is not related to any.
func (n *nickname) isRelated(other *nickname) bool {
	if n == nil || other == nil {
		return false
	}
	if slices.Contains(n.shorts, other) || slices.Contains(other.shorts, n) {
		return true
	}
	return slices.ContainsFunc(n.formals, func(formal *nickname) bool { return slices.Contains(other.formals, formal) })
}

// alternatives returns the names that a person of a given name may be called, in a
// stable order: its short forms, the names it is short for, and the short forms of
// those.
func (n *nickname) alternatives() []*nickname {
	if n == nil {
		return nil
	}
	list := slices.Concat(n.shorts, n.formals)
	for _, formal := range n.formals {
		list = append(list, formal.shorts...)
	}
	seen := map[*nickname]bool{n: true}
	return slices.DeleteFunc(list, func(other *nickname) bool {
		known := seen[other]
		seen[other] = true
		return known
	})
}
