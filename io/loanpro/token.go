package loanpro

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
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
// may hold + / = (not documented; seen in recorded traffic). The error does not
// repeat the token.
func NewToken(pasted string) (Token, error) {
	secret := strings.TrimSpace(pasted)
	if word, rest, _ := strings.Cut(secret, " "); strings.EqualFold(word, "Bearer") {
		secret = strings.TrimSpace(rest)
	}
	if secret == "" {
		return Token{}, errors.New("the token is empty")
	}
	if strings.ContainsFunc(secret, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) || r == ' ' }) {
		return Token{}, errors.New("the token contains a blank, a line break or a character that tokens do not have")
	}
	return Token{&secret}, nil
}

// String returns "[redacted]".
func (Token) String() string { return redacted }

// Format prints "[redacted]" for every verb.
func (Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText returns "[redacted]"; JSON uses it too.
func (Token) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns "[redacted]".
func (Token) LogValue() slog.Value { return slog.StringValue(redacted) }
