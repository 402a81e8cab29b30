package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"time"
)

// redirectTarget is outside the API.
const redirectTarget = "/maintenance"

func (f *Faults) checkStatus() error {
	if f.Status != 0 && (f.Status < 300 || f.Status > 599) {
		return fmt.Errorf("status %d: give one from 300 to 599", f.Status)
	}
	return cmp.Or(
		notNegative("status from", f.StatusFrom), notNegative("status requests", f.StatusRequests),
		notNegative("status for", f.StatusFor),
	)
}

// statusSpan returns when every answer has one status.
func (f *Faults) statusSpan() span {
	if f.Status == 0 {
		return span{}
	}
	return span{f.StatusFrom, f.StatusRequests, f.StatusFor}
}

// fixedStatus answers while every answer has one status.
func (s *Sandbox) fixedStatus(v *visit) *reply {
	f := &s.options.Faults
	if !s.statusOutage.strikes(f.statusSpan(), v.number, time.Now()) {
		return nil
	}
	s.meter.struck(faultStatus)
	return s.withStatus(f.Status)
}

// withStatus returns an answer with that status: the tenant's own, or a page of a
// server in front of it. LoanPro's words for 400, 409 and 500 are assumed.
func (s *Sandbox) withStatus(status int) *reply {
	switch status {
	case http.StatusBadRequest:
		return &reply{status: status, body: errorBody("Bad request", "Exception", status)}
	case http.StatusUnauthorized:
		return &reply{status: status, body: notAuthorized("The token is not accepted")}
	case http.StatusForbidden:
		return forbidden()
	case http.StatusConflict:
		return conflict("The request cannot be carried out", "Exception")
	case http.StatusGone:
		return listRefused()
	case http.StatusTooManyRequests:
		return s.tooMany("Too many requests")
	case http.StatusInternalServerError:
		return internalError()
	case http.StatusServiceUnavailable:
		return s.unavailable()
	}
	return proxyAnswer(status)
}

// proxyAnswer is the answer of a server in front of the tenant.
func proxyAnswer(status int) *reply {
	answer := &reply{status: status, body: proxyPage(fmt.Sprint(status, " ", http.StatusText(status)))}
	switch {
	case status < 400:
		answer.header = http.Header{"Location": {redirectTarget}}
	case status == http.StatusProxyAuthRequired: // must name a scheme (RFC 9110)
		answer.header = http.Header{"Proxy-Authenticate": {`Basic realm="proxy"`}}
	}
	return answer
}

// page is a body of HTML.
type page string

// proxyPage is the page of a server in front of the tenant.
func proxyPage(title string) page {
	return page("<!DOCTYPE html>\n<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>\n")
}
