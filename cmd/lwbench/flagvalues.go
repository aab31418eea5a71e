package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A list that is given twice adds up: --alloc a --alloc b is --alloc a,b. Every other flag is given once.

// flagError is what is wrong with the value of a flag.
type flagError string

func (e flagError) Error() string { return string(e) }

// listValue is the text of a list with commas.
type listValue struct {
	text  *string
	given bool
}

func listVar(fs *pflag.FlagSet, text *string, name, help string) {
	fs.Var(&listValue{text: text}, name, help)
}

func (v *listValue) String() string {
	if v.text == nil { // pflag asks a zero value
		return ""
	}
	return *v.text
}

func (v *listValue) Type() string { return "list" }

func (v *listValue) Set(s string) error {
	if strings.TrimSpace(s) == "" {
		return flagError("the list is empty: name at least one")
	}
	if v.given {
		s = *v.text + "," + s
	}
	*v.text, v.given = s, true
	return nil
}

// once is a value that is set once. what is expected in place of an empty one; if it is empty, nothing is.
type once struct {
	pflag.Value
	what  string
	given bool
}

func (v *once) Set(s string) error {
	switch {
	case v.given:
		return flagError("given before: give it once")
	case v.what != "" && s == "":
		return flagError("expected " + v.what)
	}
	v.given = true
	return v.Value.Set(s)
}

// strict makes a command refuse a second value of a flag that is no list, an empty value and an empty argument.
func strict(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if slices.Contains(args, "") {
				return usage(errors.New("an argument is empty: give a name, or leave it out"))
			}
			return check(c, args)
		}
	}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		switch f.Value.Type() {
		case "list", "stringArray", "stringSlice":
			return
		}
		name, _ := pflag.UnquoteUsage(f)
		what := "a value: or leave it out"
		switch name {
		case "FILE", "FILE.ops":
			what = "the name of a file"
			if slices.Contains([]string{"output", "html", "record"}, f.Name) {
				f.Usage += helpKept
			}
		case "DIR":
			what = "the name of a folder"
		case "QUERY", "PROJECTION", "KEYS": // those of compare may be empty
			what = ""
		}
		if f.DefValue == "0s" { // the help omits a zero by its type, which is hidden now
			f.DefValue = "0"
		}
		f.Value = &once{Value: f.Value, what: what}
	})
}
