import { describe, expect, test } from 'vitest';
import { ApiError } from '@/api/problem';
import { countOf, startOfLine, wrongPlaces } from './configuration';

const change = (action: 'created' | 'changed' | 'deleted') => ({ section: 'tags', name: 'x', action, details: [] });

describe('a configuration', () => {
  test('is wrong in lines, from the top to the bottom', () => {
    const error = new ApiError({
      status: 422,
      code: 'input.invalid',
      detail: 'wrong',
      errors: [
        { location: 'body.document.teams[0].name', code: 'a', message: 'A', line: 9 },
        { location: 'body.hash', code: 'b', message: 'B' },
        { location: 'body.document', code: 'c', message: 'C' },
      ],
    });
    expect(wrongPlaces(error)).toEqual([
      { line: 0, message: 'C', place: '' },
      { line: 9, message: 'A', place: 'teams[0].name' },
    ]);
    expect(wrongPlaces(new Error('lost'))).toEqual([]);
  });

  test('has lines that begin somewhere', () => {
    expect([1, 2, 3, 9].map((line) => startOfLine('ab\n\nc', line))).toEqual([0, 3, 4, 4]);
  });

  test('is counted by what happens', () => {
    expect(countOf({ hash: '', changes: [change('created'), change('created'), change('deleted')], skipped: [] })).toEqual({ created: 2, changed: 0, deleted: 1 });
  });
});
