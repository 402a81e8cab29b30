package sandbox

import (
	"mime"
	"net/http"
	"strconv"
	"time"
)

// countersPath is the address of the counters, outside the API.
const countersPath = "/sandbox/counters"

// visit is one request on its way through the steps.
type visit struct {
	*http.Request
	number int    // counted from 1
	fault  fault  // "" for none
	sent   string // what it asks, only for Faults.Echo

	changed map[int32]bool // positions of records that have changed by then
}

// reply is an answer before it is written.
type reply struct {
	status     int         // 0 means that the connection is reset instead
	body       any         // becomes JSON, unless it is a page
	retryAfter string      // "" sets no header
	header     http.Header // further headers
	refused    bool        // the call was neither a search nor a read
}

// step answers a request, or returns nil to pass it to the next step.
type step func(*visit) *reply

// ServeHTTP answers as the tenant. Each request goes through the same steps.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == countersPath && r.Method == http.MethodGet {
		counters := &reply{status: http.StatusOK, body: s.Counters()}
		counters.send(w, counters.encode())
		return
	}
	v := &visit{Request: r, number: s.meter.arrived(time.Now())}
	if s.options.Faults.Echo {
		v.remember()
	}
	answer := s.answer(v)
	s.echo(v, answer)
	if !s.wait(v) {
		s.meter.answered(0, false)
		return
	}
	s.deliver(w, v, answer)
}

func (s *Sandbox) answer(v *visit) *reply {
	for _, take := range []step{s.refuse, s.fromCache, s.authorize, s.throttle, s.fixedStatus, s.fail} {
		if answer := take(v); answer != nil {
			return answer
		}
	}
	answer := s.route(v)
	s.intoCache(v, answer)
	return answer
}

// refuse stops everything that could be a write, before any other step.
func (s *Sandbox) refuse(r *visit) *reply {
	if r.Method == http.MethodGet || r.Method == http.MethodPost && isSearch(r.URL.Path) {
		return nil
	}
	s.options.Log.Error("the sandbox refused {method} {path}: it is neither a search nor a read",
		"event", "sandbox_refused", "method", r.Method, "path", r.URL.Path)
	reason := "the sandbox takes searches and reads only, and refused " + r.Method + " " + r.URL.Path
	return &reply{status: http.StatusMethodNotAllowed, body: errorBody(reason, "SandboxRefusal", http.StatusMethodNotAllowed), refused: true}
}

// authorize requires the token after the word Bearer, and the tenant ID.
func (s *Sandbox) authorize(r *visit) *reply {
	revoked := s.options.Faults.AuthAfter > 0 && r.number >= s.options.Faults.AuthAfter
	if revoked {
		s.meter.struck(faultAuth)
	}
	if revoked || r.Header.Get("Authorization") != "Bearer "+s.options.Token {
		return &reply{status: http.StatusUnauthorized, body: notAuthorized("The token is not accepted")}
	}
	if r.Header.Get("Autopal-Instance-Id") != s.options.TenantID {
		return conflict("Invalid instance id", "AutopalException")
	}
	return nil
}

func (s *Sandbox) throttle(*visit) *reply {
	if s.limit.take(time.Now()) {
		return nil
	}
	return s.tooMany("Too many requests: " + strconv.Itoa(s.options.Limit) + " a second are answered")
}

// isJSON reports whether the request declares its body as JSON: nothing else is
// accepted (documented).
func isJSON(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

// unauthorized is the documented body of a 401.
type unauthorized struct {
	Code    string              `json:"code"`
	Message string              `json:"message"`
	Context unauthorizedContext `json:"context"`
}

type unauthorizedContext struct {
	IP     string   `json:"ip"`
	URI    string   `json:"uri"`
	UserID int      `json:"user_id"`
	Errors []string `json:"errors"`
}

func notAuthorized(reason string) unauthorized {
	return unauthorized{
		Code:    "401-CN0001",
		Message: "Unauthorized",
		Context: unauthorizedContext{IP: "127.0.0.1", URI: "/authorize", Errors: []string{reason}},
	}
}

// failure is the documented body of most other errors. Message is a string or,
// from reads, a localized.
type failure struct {
	Error failureDetail `json:"error"`
}

type failureDetail struct {
	Message any    `json:"message"`
	Type    string `json:"type,omitempty"`
	Code    int    `json:"code,omitempty"`
}

type localized struct {
	Lang  string `json:"lang"`
	Value string `json:"value"`
}

func errorBody(message, kind string, code int) failure {
	return failure{failureDetail{Message: message, Type: kind, Code: code}}
}

// bareError is the shortest documented body of an error.
type bareError struct {
	Message string `json:"message"`
}

// conflict answers 409, LoanPro's status for any fault of a request (documented).
func conflict(message, kind string) *reply {
	return &reply{status: http.StatusConflict, body: errorBody(message, kind, http.StatusConflict)}
}
