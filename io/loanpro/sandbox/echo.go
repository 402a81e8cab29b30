package sandbox

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// remember keeps what the request asks: the body, or the URL if there is none. The
// body can be read again.
func (v *visit) remember() {
	sent, err := io.ReadAll(io.LimitReader(v.Body, defaultBodyLimit))
	if err != nil {
		return // the next reader gets the same error
	}
	v.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(sent), v.Body), v.Body}
	v.sent = string(sent)
	if v.sent == "" {
		v.sent = v.URL.RequestURI()
	}
}

// echo quotes the query in the message of an error. That LoanPro passes on such
// messages of the search server is assumed.
func (s *Sandbox) echo(v *visit, answer *reply) {
	switch answer.status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusConflict, http.StatusInternalServerError:
		if s.options.Faults.Echo {
			s.meter.struck(faultEcho)
			answer.body = withQuote(answer.body, "failed to parse query ["+v.sent+"]")
		}
	}
}

// withQuote returns the body of an error with more in its message.
func withQuote(body any, more string) any {
	switch b := body.(type) {
	case failure:
		switch message := b.Error.Message.(type) {
		case string:
			b.Error.Message = message + ": " + more
		case localized:
			message.Value += ": " + more
			b.Error.Message = message
		}
		return b
	case bareError:
		return bareError{b.Message + ": " + more}
	case page:
		return page(strings.Replace(string(b), "</body>", "<p>"+more+"</p></body>", 1))
	}
	return body
}
