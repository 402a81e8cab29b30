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

// write writes all widths. Those of our new columns, which are next to each other, replace
// what was said of these columns.
func (l *colList) write(out io.Writer, prefix string, fresh, widths []int) {
	if len(fresh) == 0 && len(l.spans) == 0 {
		return
	}
	text := fmt.Appendf(nil, "<%scols>", prefix)
	from, to := 1<<20, 1<<20 // beyond all columns
	if len(fresh) > 0 {
		from, to = fresh[0]+1, fresh[0]+len(fresh)
	}
	written := len(fresh) == 0
	write := func() {
		for i, width := range widths {
			text = appendCol(text, prefix, fresh[0]+i, width)
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
