package meta

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
)

// maxPages ends a walk whose cursors go round in circles.
const maxPages = 200

// Pages reads a list page by page and calls each with the data of one, until there are no more or each returns false. The
// next page is asked for by its cursor; the link that the platform offers contains the access token, and is not followed.
// A page may be short or empty and not be the last: what counts is whether there is a link.
func (c *Client) Pages(ctx context.Context, r Request, each func(data json.RawMessage) (more bool)) error {
	after := ""
	for range maxPages {
		var page struct {
			Data   json.RawMessage `json:"data"`
			Paging struct {
				Cursors struct {
					After string `json:"after"`
				} `json:"cursors"`
				Next string `json:"next"`
			} `json:"paging"`
		}
		asked := r
		asked.Query = url.Values{}
		maps.Copy(asked.Query, r.Query)
		if after != "" {
			asked.Query.Set("after", after)
		}
		if _, err := c.Call(ctx, asked, &page); err != nil {
			return err
		}
		if !each(page.Data) || page.Paging.Next == "" || page.Paging.Cursors.After == "" {
			return nil
		}
		after = page.Paging.Cursors.After
	}
	return nil
}
