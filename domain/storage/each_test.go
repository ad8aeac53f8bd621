package storage_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
)

func TestAQueryForEachOfSomeNumbers(t *testing.T) {
	t.Parallel()
	every := storage.NewEverywhere(storagetest.New(t))
	each := func(numbers ...int) (found []int) {
		require.NoError(t, every.SelectEach(t.Context(), &found,
			"SELECT slot FROM inbound_slots WHERE slot >= @each ORDER BY slot LIMIT 2", numbers))
		return found
	}
	require.Empty(t, each())
	require.Equal(t, []int{5, 6}, each(5))
	require.ElementsMatch(t, []int{5, 6, 63, 6, 7}, each(5, 63, 6))
}
