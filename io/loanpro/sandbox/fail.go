package sandbox

import (
	"net/http"
	"time"
)

// fail answers a request that a fault strikes. If the fault only damages the
// answer, the request goes on to the next step and deliver does the damage.
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
	count := s.meter.struck(v.fault)
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
		return &reply{status: http.StatusOK, body: documentedError(count)}
	case faultReset:
		return &reply{}
	default: // damages the answer
		return nil
	}
}

func (s *Sandbox) down(v *visit) *reply {
	if s.options.Faults.DownAs == downUnavailable {
		return s.unavailable()
	}
	v.fault = faultReset
	return &reply{}
}

func (s *Sandbox) tooMany(message string) *reply {
	f := &s.options.Faults
	return &reply{
		status:     http.StatusTooManyRequests,
		body:       bareError{message},
		retryAfter: retryAfter(f.RetryAfter, f.RetrySeconds, time.Now()),
	}
}

func (s *Sandbox) unavailable() *reply {
	f := &s.options.Faults
	return &reply{
		status:     http.StatusServiceUnavailable,
		body:       bareError{"Service Unavailable"},
		retryAfter: retryAfter(f.RetryAfter503, f.RetrySeconds, time.Now()),
	}
}

func internalError() *reply {
	return &reply{status: http.StatusInternalServerError, body: errorBody("Internal server error", "Exception", http.StatusInternalServerError)}
}

// errorInD is the documented body of an error in place of a result.
type errorInD struct {
	Error struct {
		Type    string `json:"type"`
		Message struct {
			Value string `json:"value"`
		} `json:"message"`
	} `json:"error"`
	Warnings []string `json:"warnings"`
}

// documentedError returns the documented bodies of errors in turn, counted from
// 1.
func documentedError(count int) any {
	inD := errorInD{Warnings: []string{"The request was not carried out"}}
	inD.Error.Type, inD.Error.Message.Value = "Exception", "An error occurred"
	bodies := []any{
		errorBody("Access to retrieve all entities has been deprecated.", "ODataException", http.StatusGone),
		failure{failureDetail{Message: localized{"en-US", "Resource not found for the segment 'Loans'"}}},
		one{inD},
		notAuthorized("Reason 1"),
		bareError{"Something went wrong"},
	}
	return bodies[(count-1)%len(bodies)]
}
