package xlsx

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var cdataStart = []byte("<![CDATA[")

// checkText refuses a text with a character or a reference that XML does not allow.
func checkText(raw []byte) error {
	ascii := true
	for _, c := range raw {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return errors.New("it has a control character")
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if !ascii && (!utf8.Valid(raw) || bytes.Contains(raw, []byte("\uFFFE")) || bytes.Contains(raw, []byte("\uFFFF"))) {
		return errors.New("it has bytes that are not UTF-8")
	}
	if bytes.IndexByte(raw, '&') < 0 || bytes.HasPrefix(raw, cdataStart) {
		return nil
	}
	_, err := appendText(nil, raw)
	return err
}

// appendText appends a text with its references resolved and its line ends normalized.
func appendText(to, raw []byte) ([]byte, error) {
	if bytes.HasPrefix(raw, cdataStart) {
		return appendLines(to, raw[len(cdataStart):len(raw)-len("]]>")]), nil
	}
	for {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			return appendLines(to, raw), nil
		}
		to = appendLines(to, raw[:i])
		end := bytes.IndexByte(raw[i:], ';')
		if end < 0 {
			return to, errors.New("it has a lone &")
		}
		r, err := reference(string(raw[i+1 : i+end]))
		if err != nil {
			return to, err
		}
		to, raw = utf8.AppendRune(to, r), raw[i+end+1:]
	}
}

// appendLines appends text with LF for each line end, as XML demands.
func appendLines(to, raw []byte) []byte {
	for {
		i := bytes.IndexByte(raw, '\r')
		if i < 0 {
			return append(to, raw...)
		}
		to = append(append(to, raw[:i]...), '\n')
		raw = bytes.TrimPrefix(raw[i+1:], []byte("\n"))
	}
}

var entities = map[string]rune{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\''}

// reference resolves what is between & and ; in XML.
func reference(name string) (rune, error) {
	if r, ok := entities[name]; ok {
		return r, nil
	}
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if hex, ok := strings.CutPrefix(digits, "x"); ok {
			digits, base = hex, 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		r := rune(n)
		if err == nil && n <= unicode.MaxRune && utf8.ValidRune(r) && !notInXML(r) {
			return r, nil
		}
	}
	return 0, fmt.Errorf("it has a lone &, before %.20q", name)
}
