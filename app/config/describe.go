package config

import (
	"fmt"
	"reflect"
	"strings"
)

// Variable is one setting as people see it.
type Variable struct {
	Name    string
	Default string
	What    string
}

// Describe lists every variable, in the order of Config.
func Describe() []Variable {
	var all []Variable
	for f := range reflect.TypeFor[Config]().Fields() {
		all = append(all, Variable{Name: f.Tag.Get("env"), Default: f.Tag.Get("envDefault"), What: f.Tag.Get("what")})
	}
	return all
}

// Example returns the text of .env.example.
func Example() string {
	var b strings.Builder
	b.WriteString("# Kontor's settings. All of them may be left out. Each NAME can also be given as NAME_FILE, the path of a file\n" +
		"# that holds the value: for secrets. A line that begins with # is not in force.\n")
	for _, v := range Describe() {
		fmt.Fprintf(&b, "\n# %s\n# %s=%s\n", v.What, v.Name, v.Default)
	}
	return b.String()
}
