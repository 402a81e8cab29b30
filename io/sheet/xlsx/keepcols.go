package xlsx

import (
	"fmt"
	"io"
	"strconv"
)

// colList has the widths of a sheet's columns, in order.
type colList struct{ spans []colSpan }

type colSpan struct {
	min, max int    // from 1
	attrs    string // the other attributes
}

func (l *colList) add(t *token) {
	span := colSpan{}
	for attrs := t.attrs; ; {
		name, value, rest, err := nextAttr(attrs)
		if err != nil || name == nil {
			break
		}
		switch attrs = rest; string(name) {
		case "min":
			span.min, _ = strconv.Atoi(string(value))
		case "max":
			span.max, _ = strconv.Atoi(string(value))
		default:
			span.attrs += fmt.Sprintf(` %s="%s"`, name, value)
		}
	}
	if span.min > 0 && span.max >= span.min {
		l.spans = append(l.spans, span)
	}
}

// write writes all widths. Ours replace those that our columns had.
func (l *colList) write(out io.Writer, prefix string, first int, ours []int) {
	text := fmt.Appendf(nil, "<%scols>", prefix)
	from, to := first+1, first+len(ours)
	written := false
	write := func() {
		for i, width := range ours {
			text = appendCol(text, prefix, first+i, width)
		}
		written = true
	}
	for _, s := range l.spans {
		if s.min < from {
			text = fmt.Appendf(text, `<%scol min="%d" max="%d"%s/>`, prefix, s.min, min(s.max, from-1), s.attrs)
		}
		if s.max >= from && !written {
			write()
		}
		if s.max > to {
			text = fmt.Appendf(text, `<%scol min="%d" max="%d"%s/>`, prefix, max(s.min, to+1), s.max, s.attrs)
		}
	}
	if !written {
		write()
	}
	_, _ = out.Write(fmt.Appendf(text, "</%scols>", prefix))
}
