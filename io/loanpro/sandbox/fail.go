package sandbox

import (
	"net/http"
	"time"
)

// fail answers a request that a fault strikes. A fault that spoils the answer
// on its way out lets the request pass, to strike in deliver.
func (s *Sandbox) fail(v *visit) *reply {
	f := &s.options.Faults
	if s.outage.strikes(span{from: f.DownAfter, lasts: f.DownFor}, v.number, time.Now()) {
		s.meter.struck(faultDown)
		return s.down(v)
	}
	v.fault = f.strike(v.number)
	if v.fault == "" {
		return nil
	}
	nth := s.meter.struck(v.fault)
	switch v.fault {
	case faultTooMany:
		return s.tooMany("Too many requests")
	case faultInternal:
		return internalError()
	case faultBadGateway:
		return &reply{status: http.StatusBadGateway, body: proxyPage("502 Bad Gateway")}
	case faultUnavailable:
		return s.unavailable()
	case faultHTML:
		return &reply{status: http.StatusOK, body: proxyPage("Please wait while we check your browser")}
	case faultErrorIn200:
		return &reply{status: http.StatusOK, body: documentedError(nth)}
	case faultReset:
		return &reply{}
	default: // spoils an answer
		return nil
	}
}

func (s *Sandbox) down(v *visit) *reply {
	if s.options.Faults.DownAs == DownUnavailable {
		return s.unavailable()
	}
	v.fault = faultReset
	return &reply{}
}

func (s *Sandbox) tooMany(message string) *reply {
	f := &s.options.Faults
	return &reply{
		status:     http.StatusTooManyRequests,
		body:       bare{message},
		retryAfter: f.RetryAfter.header(f.RetrySeconds, time.Now()),
	}
}

func (s *Sandbox) unavailable() *reply {
	f := &s.options.Faults
	return &reply{
		status:     http.StatusServiceUnavailable,
		body:       bare{"Service Unavailable"},
		retryAfter: f.RetryAfter503.header(f.RetrySeconds, time.Now()),
	}
}

func internalError() *reply {
	return &reply{status: http.StatusInternalServerError, body: oops("Internal server error", "Exception", http.StatusInternalServerError)}
}

// bare is the shortest documented body of an error.
type bare struct {
	Message string `json:"message"`
}

// page is a body of HTML.
type page string

// proxyPage is what a server in front of the tenant says in its own words.
func proxyPage(title string) page {
	return page("<!DOCTYPE html>\n<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>\n")
}

// insideD is the documented body of an error where a result is due.
type insideD struct {
	Error struct {
		Type    string `json:"type"`
		Message struct {
			Value string `json:"value"`
		} `json:"message"`
	} `json:"error"`
	Warnings []string `json:"warnings"`
}

// documentedError returns one of the documented bodies of errors, each in turn.
func documentedError(nth int) any {
	inside := insideD{Warnings: []string{"The request was not carried out"}}
	inside.Error.Type, inside.Error.Message.Value = "Exception", "An error occurred"
	bodies := []any{
		oops("Access to retrieve all entities has been deprecated.", "ODataException", http.StatusGone),
		failure{failureDetail{Message: localized{"en-US", "Resource not found for the segment 'Loans'"}}},
		one{inside},
		notAuthorized("Reason 1"),
		bare{"Something went wrong"},
	}
	return bodies[(nth-1)%len(bodies)]
}
