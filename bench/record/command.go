package record

import (
	"fmt"
	"strings"
	"unicode"
)

// Command returns the command line of lwbench with these words, on one line that a shell reads back as the same words.
func Command(words ...string) string {
	quoted := []string{"lwbench"}
	for _, w := range words {
		quoted = append(quoted, quote(w))
	}
	return strings.Join(quoted, " ")
}

// quote returns w as a shell reads it: bare where nothing in it is special, in single quotes, or, with control characters,
// in the $'…' form of bash, zsh and ksh.
func quote(w string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-./,:=+@%^", r)
	}
	switch {
	case w != "" && strings.IndexFunc(w, func(r rune) bool { return !plain(r) }) < 0:
		return w
	case strings.IndexFunc(w, unicode.IsControl) < 0:
		return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for _, c := range []byte(w) {
		switch {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "'"
}
