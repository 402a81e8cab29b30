package loanpro

import (
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// How much of LoanPro's message is shown and how much is read, in characters.
const (
	shownMessage = 200
	readMessage  = 4000
	rawMessage   = 64 << 10 // bytes, including escapes
)

const noMessage = "it sent no message"

// message returns LoanPro's own message from an error body of any shape, as one
// short line. It redacts the token and the values of req, because a search
// server quotes queries that it does not understand.
func (c *Client) message(req request, body []byte) string {
	body, _ = readable(body)
	text := strings.ReplaceAll(messageOf(body), *c.config.Token.secret, redacted)
	if len(text) > rawMessage {
		text = strings.ToValidUTF8(text[:rawMessage], "")
	}
	text = strings.ReplaceAll(unescape(text), *c.config.Token.secret, redacted)
	text = oneLine(text)
	if long := []rune(text); len(long) > readMessage {
		text = strings.TrimRightFunc(string(long[:readMessage]), inToken) // no token is cut in two
	}
	text = strings.TrimSpace(newConfidential(append(req.values(), *c.config.Token.secret)).hide(text))
	if short := []rune(text); len(short) > shownMessage {
		text = string(short[:shownMessage]) + "…"
	}
	if text == "" {
		return noMessage
	}
	return text
}

// messageOf returns the message of an error body, or "".
func messageOf(body []byte) string {
	var got struct {
		Error   *fault                  `json:"error"`
		Message jsontext.Value          `json:"message"`
		D       *struct{ Error *fault } `json:"d"`
	}
	if err := json.Unmarshal(body, &got, lenient); err != nil {
		return ""
	}
	raw := got.Message
	switch {
	case got.Error != nil:
		raw = got.Error.Message
	case got.D != nil && got.D.Error != nil:
		raw = got.D.Error.Message
	}
	return messageText(raw)
}

func messageText(raw jsontext.Value) string {
	if raw.Kind() == jsontext.KindString {
		return textOf(raw)
	}
	var object struct {
		Value string `json:"value"`
	}
	_ = json.Unmarshal(raw, &object, lenient)
	return object.Value
}

// oneLine makes text one line, without characters that control a terminal or
// are invisible.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.FieldsFunc(text, unprintable), " ")
}

func unprintable(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
