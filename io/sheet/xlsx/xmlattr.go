package xlsx

import (
	"bytes"
	"errors"
	"slices"
)

// nextAttr cuts off the first attribute. At the end the name is nil.
func nextAttr(attrs []byte) (name, value, rest []byte, err error) {
	for len(attrs) > 0 && attrs[0] <= ' ' {
		attrs = attrs[1:]
	}
	if len(attrs) == 0 {
		return nil, nil, nil, nil
	}
	equals := bytes.IndexByte(attrs, '=')
	if equals <= 0 {
		return nil, nil, nil, errors.New("it has an attribute without a value")
	}
	name, rest = bytes.TrimRight(attrs[:equals], " \t\r\n"), attrs[equals+1:]
	for len(rest) > 0 && rest[0] <= ' ' {
		rest = rest[1:]
	}
	if len(rest) < 2 || rest[0] != '"' && rest[0] != '\'' {
		return nil, nil, nil, errors.New("it has an attribute without quotes")
	}
	closing := bytes.IndexByte(rest[1:], rest[0])
	if closing < 0 {
		return nil, nil, nil, errors.New("it has an attribute that does not end")
	}
	return name, rest[1 : 1+closing], rest[closing+2:], nil
}

// attribute returns the value of an attribute, unresolved, by its name without a prefix.
func attribute(attrs []byte, name string) (value []byte, found bool, err error) {
	for {
		full, value, rest, err := nextAttr(attrs)
		if err != nil || full == nil {
			return nil, false, err
		}
		if _, local := splitName(full); string(local) == name {
			return value, true, nil
		}
		attrs = rest
	}
}

// attr returns the value of an attribute, or "".
func (t *token) attr(name string) string {
	value, _, err := attribute(t.attrs, name)
	if err != nil {
		return ""
	}
	text, err := appendText(nil, value)
	if err != nil {
		return ""
	}
	return string(text)
}

func nameLength(tag []byte) int {
	for i, c := range tag {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			return i
		}
	}
	return len(tag)
}

func splitName(full []byte) (prefix, name []byte) {
	i := bytes.IndexByte(full, ':') + 1
	return full[:i], full[i:]
}

// changeTag returns a start tag with a new value for an attribute that it has. The value ""
// removes the attribute.
func changeTag(t *token, name, value string) []byte {
	old, found := findAttr(t, name)
	if !found {
		return t.raw
	}
	at := bytes.Index(t.raw, t.attrs) + (len(t.attrs) - len(old.tail)) // after the attribute
	head := t.raw[:at-old.length]
	if value == "" {
		return slices.Concat(bytes.TrimRight(head, " \t\r\n"), t.raw[at:])
	}
	return slices.Concat(head, appendEscaped([]byte(name+`="`), value), []byte(`"`), t.raw[at:])
}

// setAttr returns a start tag with a value for an attribute, which it may have already.
func setAttr(t *token, name, value string) []byte {
	if _, found := findAttr(t, name); found {
		return changeTag(t, name, value)
	}
	at := bytes.Index(t.raw, t.attrs) + len(t.attrs)
	if len(t.attrs) == 0 {
		at = 1 + len(t.prefix) + len(t.name)
	}
	return slices.Concat(t.raw[:at], appendEscaped([]byte(" "+name+`="`), value), []byte(`"`), t.raw[at:])
}

// attrSpan is where an attribute is in a tag.
type attrSpan struct {
	length int    // from its name to its closing quote
	tail   []byte // what follows
}

func findAttr(t *token, name string) (attrSpan, bool) {
	for attrs := t.attrs; ; {
		full, _, rest, err := nextAttr(attrs)
		if err != nil || full == nil {
			return attrSpan{}, false
		}
		if string(full) == name {
			start := bytes.TrimLeft(attrs, " \t\r\n")
			return attrSpan{length: len(start) - len(rest), tail: rest}, true
		}
		attrs = rest
	}
}
