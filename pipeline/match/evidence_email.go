package match

import (
	"strings"
	"unicode"
)

// ReadEmail takes a cell and returns the email address in it, lower case. Of
// several it returns the first that is somebody's; "" where there is none. It reads
// addresses in ASCII alone.
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

// partsAddresses reports whether a sign stands between two addresses or between an
// address and a name: mailto:, John Smith <…>.
func separatesAddresses(r rune) bool {
	return strings.ContainsRune(`;,/:<>()[]"|\`, r) || isInvisible(r)
}

// isMailbox reports whether a text has the signs that RFC 5322 allows without
// quotes.
func isMailbox(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return !isDigit(r) && !isLatinLetter(r) && !strings.ContainsRune("!#$%&'*+-./=?^_`{|}~", r)
	})
}

// isDomain reports whether a text is the name of a host below a top-level domain.
func isDomain(text string) bool {
	dot := strings.LastIndexByte(text, '.')
	odd := func(r rune) bool { return !isDigit(r) && !isLatinLetter(r) && r != '-' && r != '.' }
	letter := func(r rune) bool { return !isLatinLetter(r) }
	return dot >= 0 && len(text)-dot > 2 && text[0] != '.' && !strings.Contains(text, "..") &&
		!strings.ContainsFunc(text[:dot], odd) && !strings.ContainsFunc(text[dot+1:], letter)
}

// fewSigns is how many signs a name has at most that says little: a mailbox so short
// that is called as its domain is nobody's (a@a.com, abc@abc.com), a longer one may
// be a company's; one so short with a number may be anybody's (na12).
const shortName = 3

// nobodys reports whether an address is what people write who have none: its
// mailbox or its domain says so.
func isPlaceholderEmail(mailbox, domain string) bool {
	host, _, _ := strings.Cut(domain, ".")
	return mailbox == host && len(host) <= shortName || meansNone(mailbox) || meansNone(host)
}

// mostSigns is more than the longest word of saysNone has.
const maxPlaceholderLength = 24

// saysNone reports whether a name means that there is none, whatever dots and
// dashes it has and, from four letters on, whatever number: no-email, none2.
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
