package crashtest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/contact"
	"kontor/domain/storage"
)

// The program dies in the middle of an import: the next one goes on where it stopped, and no line has its effect twice.
func TestKilledWhileItImports(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"import.before_commit:120", "import.after_line:130", "import.before_finish"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			const people = 220
			i := install(t)
			contacts := i.hands.Services.Contacts
			var table strings.Builder
			table.WriteString("Name,Tags\n")
			for n := range people {
				fmt.Fprintf(&table, "Person %03d,imported\n", n) // nothing but the line itself tells that it was done
			}
			table.WriteString(",nobody\n")
			m, err := contacts.Upload(t.Context(), i.owner, "people.csv", strings.NewReader(table.String()))
			require.NoError(t, err)
			_, err = contacts.StartImport(t.Context(), i.owner, m.ID, m.Mapping, contact.Skip)
			require.NoError(t, err)
			i.serve(point)
			i.dies()
			m, err = contacts.Import(t.Context(), i.owner.AccountID, m.ID)
			require.NoError(t, err)
			require.Equal(t, contact.Running, m.State)
			require.Positive(t, m.Created)
			i.serve("")
			i.soon(60*time.Second, "the import is finished", func() bool {
				m, err = contacts.Import(t.Context(), i.owner.AccountID, m.ID)
				require.NoError(t, err)
				return m.State == contact.Finished
			})
			require.Equal(t, []int64{people, 1}, []int64{m.Created, m.Refused})
			seen := map[string]bool{}
			for page := (storage.Page{Limit: 200}); ; {
				rows, next, err := contacts.List(t.Context(), i.owner.AccountID, contact.Filter{Tag: "imported"}, page)
				require.NoError(t, err)
				for _, c := range rows {
					require.False(t, seen[c.Name], "%s is there twice", c.Name)
					seen[c.Name] = true
				}
				if page.Cursor = next; next == "" {
					break
				}
			}
			require.Len(t, seen, people)
		})
	}
}
