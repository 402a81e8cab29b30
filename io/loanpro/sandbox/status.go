package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"time"
)

// elsewhere is where a redirection leads: out of the API.
const elsewhere = "/maintenance"

func (f *Faults) checkStatus() error {
	if f.Status != 0 && (f.Status < 300 || f.Status > 599) {
		return fmt.Errorf("status %d: give one from 300 to 599", f.Status)
	}
	return cmp.Or(
		notNegative("status from", f.StatusFrom), notNegative("status requests", f.StatusRequests),
		notNegative("status for", f.StatusFor),
	)
}

// answeringAlike returns when everything gets the one status.
func (f *Faults) answeringAlike() span {
	if f.Status == 0 {
		return span{}
	}
	return span{f.StatusFrom, f.StatusRequests, f.StatusFor}
}

// answerAlike answers while everything gets the one status.
func (s *Sandbox) answerAlike(v *visit) *reply {
	f := &s.options.Faults
	if !s.alike.strikes(f.answeringAlike(), v.number, time.Now()) {
		return nil
	}
	s.meter.struck(faultStatus)
	return s.withStatus(f.Status)
}

// withStatus returns an answer of that status: what the tenant itself says, or
// a page of a server in front of it. That LoanPro words 400, 409 and 500 so is
// assumed.
func (s *Sandbox) withStatus(status int) *reply {
	switch status {
	case http.StatusBadRequest:
		return &reply{status: status, body: oops("Bad request", "Exception", status)}
	case http.StatusUnauthorized:
		return &reply{status: status, body: notAuthorized("The token is not accepted")}
	case http.StatusForbidden:
		return forbidden()
	case http.StatusConflict:
		return conflict("The request cannot be carried out", "Exception")
	case http.StatusGone:
		return listing()
	case http.StatusTooManyRequests:
		return s.tooMany("Too many requests")
	case http.StatusInternalServerError:
		return internalError()
	case http.StatusServiceUnavailable:
		return s.unavailable()
	}
	return inFront(status)
}

// inFront answers for a server in front of the tenant.
func inFront(status int) *reply {
	answer := &reply{status: status, body: proxyPage(fmt.Sprint(status, " ", http.StatusText(status)))}
	switch {
	case status < 400:
		answer.header = http.Header{"Location": {elsewhere}}
	case status == http.StatusProxyAuthRequired: // which must name a way (RFC 9110)
		answer.header = http.Header{"Proxy-Authenticate": {`Basic realm="proxy"`}}
	}
	return answer
}
