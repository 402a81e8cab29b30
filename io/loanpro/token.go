package loanpro

import (
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"unicode"
)

const redacted = "[redacted]"

// Token is an API token. It prints, logs and encodes as "[redacted]", also
// inside another struct: for unexported fields fmt does not call Format, but
// neither does it follow the pointer.
type Token struct{ secret *string }

// NewToken takes a token as pasted, with or without the word Bearer and outer
// white space. The token itself is not changed: tokens are case-sensitive and
// may hold + / = (not documented; seen in recorded traffic). The error is a
// *TokenError.
func NewToken(pasted string) (Token, error) {
	secret := strings.TrimSpace(pasted)
	quoted := inQuotes(secret)
	if word, rest, _ := strings.Cut(secret, " "); strings.EqualFold(word, "Bearer") {
		secret = strings.TrimSpace(rest)
	}
	switch {
	case secret == "":
		return Token{}, &TokenError{"the token is empty", "paste the token, without other text"}
	case quoted || inQuotes(secret):
		return Token{}, &TokenError{"the token is in quotes", "remove the quotes: they are not part of the token"}
	case assignment.MatchString(secret):
		return Token{}, &TokenError{"the name of a variable is in front of the token", "leave only the token itself"}
	case strings.ContainsFunc(secret, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) || r == ' ' }):
		return Token{}, &TokenError{"the token contains a blank, a line break or a character that tokens do not have", "paste the token again, without other text"}
	}
	return Token{&secret}, nil
}

// assignment is how a line of a shell or of a file of variables begins.
var assignment = regexp.MustCompile(`^(export\s+)?LOANPRO_[A-Z_]+\s*=`)

// inQuotes reports whether a text begins or ends with a quote, also one as word processors
// write it.
func inQuotes(text string) bool { return strings.Trim(text, "\"'`“”„‘’‚«»") != text }

// TokenError says why a text is not a token. It does not repeat the text.
type TokenError struct{ problem, hint string }

func (e *TokenError) Error() string { return e.problem }

// Advice returns what a person can do about it.
func (e *TokenError) Advice() string { return e.hint }

// String returns "[redacted]".
func (Token) String() string { return redacted }

// Format prints "[redacted]" for every verb.
func (Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText returns "[redacted]"; JSON uses it too.
func (Token) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns "[redacted]".
func (Token) LogValue() slog.Value { return slog.StringValue(redacted) }
