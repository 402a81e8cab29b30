package xlsx

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// lastSerial is the serial number after 9999-12-31, the last date of a workbook.
const lastSerial = 2_958_466

// formatDate returns the date and time of a serial number in ISO 8601. What a number format
// displays differs by country, and may be only a part of it.
func formatDate(serial float64, from1904 bool) (string, bool) {
	if serial < 0 || serial >= lastSerial || math.IsNaN(serial) {
		return "", false
	}
	milliseconds := int64(math.Round(serial * 86_400_000))
	days, clock := milliseconds/86_400_000, formatTime(milliseconds%86_400_000)
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case days == 0 && !from1904:
		return clock, true // a time of day
	case from1904:
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days == 60: // workbooks take 1900 for a leap year
		return "", false
	case days < 60:
		first = first.AddDate(0, 0, 1)
	}
	date := first.AddDate(0, 0, int(days)).Format(time.DateOnly)
	if milliseconds%86_400_000 == 0 {
		return date, true
	}
	return date + " " + clock, true
}

func formatTime(milliseconds int64) string {
	seconds := milliseconds / 1000
	text := fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if rest := milliseconds % 1000; rest > 0 {
		text += fmt.Sprintf(".%03d", rest)
	}
	return text
}

// formatElapsed returns a duration in hours, minutes and seconds.
func formatElapsed(days float64) (string, bool) {
	if days < 0 || days >= lastSerial || math.IsNaN(days) {
		return "", false
	}
	return formatTime(int64(math.Round(days * 86_400_000))), true
}

// formatISO returns a date that is stored as text, such as 2024-01-01T00:00:00Z, in the form
// of the other dates.
func formatISO(raw string) string {
	for _, layout := range []string{"2006-01-02T15:04:05.999Z", "2006-01-02T15:04:05.999", time.DateOnly, "15:04:05.999"} {
		date, err := time.Parse(layout, raw)
		if err != nil {
			continue
		}
		_, clock, _ := strings.Cut(date.Format("2006-01-02 15:04:05.999"), " ")
		switch {
		case date.Year() == 0:
			return clock
		case clock == "00:00:00":
			return date.Format(time.DateOnly)
		}
		return date.Format(time.DateOnly) + " " + clock
	}
	return raw
}

func parseSerial(raw string) float64 {
	serial, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return math.NaN()
	}
	return serial
}
