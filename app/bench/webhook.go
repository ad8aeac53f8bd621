package bench

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"kontor/domain/ids"
)

// bodySize is how long the body of a webhook is, in all measurements and in the reference's statements.
const bodySize = 964

const filling = "Hello! I saw your post about the blue ceramic set and would like to know whether it is still available, what delivery " +
	"to Almaty costs, and whether you could put a small gift card with it. My order number from last time was 20260817-0042. Thank " +
	"you very much in advance, have a lovely day. "

// hooks makes signed webhooks, each with one message of its own.
type hooks struct {
	run    string // what sets its messages apart from those of other runs
	serial atomic.Int64
}

func newHooks() *hooks { return &hooks{run: fmt.Sprintf("%x", time.Now().UnixNano())} }

// message is the request in which somebody writes to a page.
func (h *hooks) message(to page, psid string) []byte {
	body := []byte(h.body(to, psid, time.Now().UnixMilli(), h.serial.Add(1)))
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return request("POST", "/webhooks/meta", body, "X-Hub-Signature-256: sha256="+hex.EncodeToString(mac.Sum(nil)))
}

func (h *hooks) body(to page, psid string, at, serial int64) string {
	head := fmt.Sprintf(`{"object":"page","entry":[{"id":"%s","time":%d,"messaging":[{"sender":{"id":"%s"},"recipient":{"id":"%s"},`+
		`"timestamp":%d,"message":{"mid":"m_%s_%012d","text":"`, to.External, at, psid, to.External, at, h.run, serial)
	const tail = `"}}]}]}`
	room := bodySize - len(head) - len(tail)
	return head + strings.Repeat(filling, room/len(filling)+1)[:room] + tail
}

// crowd are the people of an account of a data set, and those who have not written yet.
type crowd struct {
	*filler
	fresh atomic.Int64
}

func newCrowd(set dataSet, n int) *crowd {
	c := &set.Accounts[n]
	return &crowd{filler: &filler{customer: c, n: uint64(n), form: set.Form}}
}

// anybody writes: as in the reference, one in eleven is new.
func (c *crowd) anybody(h *hooks, n int) []byte {
	p := int(c.draw(whoWrites+300, n) % uint64(c.People+c.People/10+1))
	return h.message(c.page(p), c.psid(p))
}

// somebody new writes.
func (c *crowd) newcomer(h *hooks) []byte {
	p := 10*c.People + 1000 + int(c.fresh.Add(1))
	return h.message(c.page(p), c.psid(p))
}

// some is one of the account's tasks, each of another conversation.
func (c *crowd) some(n int) ids.ID { return c.Some[n%len(c.Some)] }
