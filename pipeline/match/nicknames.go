package match

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed nicknames.txt
var nicknamesText string

// nickname is a given name of the table. That one stands for another is not
// transitive: Jack is short for John and Jim for James, and no more follows.
type nickname struct {
	name    string      // folded
	shorts  []*nickname // of a formal name
	formals []*nickname // of a short one
}

// nicknames reads the table once. It is by folded name.
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

// related reports whether two given names may be one person's: one is short for
// the other, or both are short for the same. Of a name that is not in the table,
// nil, nothing is known.
func (n *nickname) isRelated(other *nickname) bool {
	if n == nil || other == nil {
		return false
	}
	if slices.Contains(n.shorts, other) || slices.Contains(other.shorts, n) {
		return true
	}
	return slices.ContainsFunc(n.formals, func(formal *nickname) bool { return slices.Contains(other.formals, formal) })
}

// others returns the names that may stand for a given name, in a stable order:
// its short forms, what it is short for, and the short forms of that.
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
