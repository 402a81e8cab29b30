package match

import (
	"strings"
	"unicode"
)

// ReadEmail takes a cell and returns the email address in it, in lower case: the first
// one that is not a placeholder, or "". It reads addresses in ASCII only.
func ReadEmail(cell string) string {
	text := strings.ToLower(unquoted(cell))
	for part := range strings.FieldsFuncSeq(text, separatesAddresses) {
		address := strings.Trim(part, "'`.")
		mailbox, domain, found := strings.Cut(address, "@")
		if found && isMailbox(mailbox) && isDomain(domain) && !isPlaceholderEmail(mailbox, domain) {
			return address
		}
	}
	return ""
}

// separatesAddresses reports whether a character separates two addresses, or an address
// from a name: mailto:, John Smith <…>.
func separatesAddresses(r rune) bool {
	return strings.ContainsRune(`;,/:<>()[]"|\`, r) || isInvisible(r)
}

// isMailbox reports whether a text has only characters that RFC 5322 allows without
// quotes.
func isMailbox(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return !isDigit(r) && !isLatinLetter(r) && !strings.ContainsRune("!#$%&'*+-./=?^_`{|}~", r)
	})
}

// isDomain reports whether a text is the name of a host below a top-level domain.
func isDomain(text string) bool {
	dot := strings.LastIndexByte(text, '.')
	notHost := func(r rune) bool { return !isDigit(r) && !isLatinLetter(r) && r != '-' && r != '.' }
	notLetter := func(r rune) bool { return !isLatinLetter(r) }
	return dot >= 0 && len(text)-dot > 2 && text[0] != '.' && !strings.Contains(text, "..") &&
		!strings.ContainsFunc(text[:dot], notHost) && !strings.ContainsFunc(text[dot+1:], notLetter)
}

// shortName is up to how many characters a name is too short to mean anything. A short
// mailbox equal to its domain is a placeholder (a@a.com, abc@abc.com), while a longer
// one may be a company's. A short name with a number may be a real one (na12).
const shortName = 3

// isPlaceholderEmail reports whether an address is what people write who have none: its
// mailbox or its domain says so.
func isPlaceholderEmail(mailbox, domain string) bool {
	host, _, _ := strings.Cut(domain, ".")
	return mailbox == host && len(host) <= shortName || meansNone(mailbox) || meansNone(host)
}

// maxPlaceholderLength is more than the longest word of meansNone has.
const maxPlaceholderLength = 24

// meansNone reports whether a name says that there is no address. Dots and dashes do
// not count, nor do digits after four letters or more: no-email, none2.
func meansNone(name string) bool {
	var room [maxPlaceholderLength]byte
	word := room[:0]
	for i := range len(name) {
		switch {
		case strings.IndexByte(".-_", name[i]) >= 0:
		case len(word) == maxPlaceholderLength:
			return false
		default:
			word = append(word, name[i])
		}
	}
	if unnumbered := strings.TrimRightFunc(string(word), unicode.IsDigit); len(unnumbered) > shortName {
		word = word[:len(unnumbered)]
	}
	switch string(word) {
	case "na", "no", "none", "null", "nobody", "noone", "unknown", "unk", "undefined", "notapplicable",
		"noemail", "noemails", "nomail", "noaddress", "noemailaddress", "noemailgiven", "noemailprovided", "noemailonfile", "noemailavailable",
		"notprovided", "notavailable", "notgiven", "donthave", "donthaveone", "doesnothave", "refused", "declined",
		"noreply", "donotreply", "invalid", "invalidemail", "fake", "fakeemail", "dummy", "placeholder",
		"test", "tester", "testing", "testemail", "testtest", "asdf", "qwerty", "xx", "xxx", "xxxx":
		return true
	}
	return false
}
