package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A log record has an event, the name by which scripts know it, and its figures and
// names as attributes. Its message is the sentence for people, and names attributes in
// braces, so that nothing is written twice: {path} is the value, "{path}" the value in
// quotes, and {rows|row|rows} a number with the word for one or for several.

// newLog returns a logger for people, or for machines: a JSON object a line, with the
// event, the sentence as msg, and the attributes as numbers and texts. Durations are in
// seconds, and their names end in _seconds.
func newLog(out io.Writer, level slog.Level, forMachines bool) *slog.Logger {
	if forMachines {
		return slog.New(sentences{slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: inSeconds})})
	}
	return slog.New(sentences{&lineHandler{out: out, level: level}})
}

func inSeconds(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		return slog.Float64(a.Key+"_seconds", a.Value.Duration().Seconds())
	}
	return a
}

// sentences is a handler that puts the attributes of records into their messages.
type sentences struct{ slog.Handler }

// Handle passes on the record with its whole message.
func (s sentences) Handle(ctx context.Context, r slog.Record) error {
	r.Message = filled(r)
	return s.Handler.Handle(ctx, r)
}

// WithAttrs returns a handler that adds attrs to every record.
func (s sentences) WithAttrs(attrs []slog.Attr) slog.Handler {
	return sentences{s.Handler.WithAttrs(attrs)}
}

// WithGroup returns a handler whose records have their attributes in a group.
func (s sentences) WithGroup(name string) slog.Handler { return sentences{s.Handler.WithGroup(name)} }

var placeholder = regexp.MustCompile(`"\{(\w+)\}"|\{(\w+)(?:\|([^|{}]+)\|([^|{}]+))?\}`)

// filled returns the message of r with its attributes. What no attribute is named
// like remains as it is.
func filled(r slog.Record) string {
	values := map[string]slog.Value{}
	r.Attrs(func(a slog.Attr) bool {
		values[a.Key] = a.Value
		return true
	})
	return placeholder.ReplaceAllStringFunc(r.Message, func(found string) string {
		parts := placeholder.FindStringSubmatch(found)
		quoted, name, one, several := parts[1], parts[2], parts[3], parts[4]
		value, known := values[quoted+name]
		switch {
		case !known:
			return found
		case quoted != "":
			return strconv.Quote(value.String())
		case one != "":
			return counted(value.Int64(), one, several)
		}
		return readable(value, r.Time)
	})
}

// readable writes a value as people read it. A time of another year than now has its
// year.
func readable(value slog.Value, now time.Time) string {
	switch value.Kind() {
	case slog.KindInt64:
		return english.Sprint(value.Int64())
	case slog.KindTime:
		local := value.Time().Local()
		if local.Year() != now.Local().Year() {
			return local.Format("15:04, 2 Jan 2006")
		}
		return local.Format("15:04, 2 Jan")
	default:
		return value.String()
	}
}

// lineHandler writes log records as lines for people.
type lineHandler struct {
	out   io.Writer
	level slog.Level
	attrs []slog.Attr
}

// Enabled reports whether records of level are written.
func (h *lineHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// Handle writes one record, and its hint on a line of its own. Only a record for
// debugging shows its attributes: the sentence of every other one holds what matters.
func (h *lineHandler) Handle(_ context.Context, r slog.Record) error {
	var line, hint strings.Builder
	line.WriteString("loanmap: ")
	switch {
	case r.Level >= slog.LevelError:
		line.WriteString("error: ")
	case r.Level >= slog.LevelWarn:
		line.WriteString("warning: ")
	}
	line.WriteString(r.Message)
	write := func(a slog.Attr) bool {
		switch {
		case a.Key == "hint":
			fmt.Fprintf(&hint, "loanmap: hint: %s\n", a.Value)
		case r.Level < slog.LevelInfo && a.Key != "event":
			fmt.Fprintf(&line, " %s=%v", a.Key, a.Value)
		}
		return true
	}
	for _, a := range h.attrs {
		write(a)
	}
	r.Attrs(write)
	_, err := io.WriteString(h.out, line.String()+"\n"+hint.String())
	return err
}

// WithAttrs returns a handler that writes attrs with every record.
func (h *lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &lineHandler{h.out, h.level, append(slices.Clip(h.attrs), attrs...)}
}

// WithGroup returns the handler itself: lines have no groups.
func (h *lineHandler) WithGroup(string) slog.Handler { return h }
