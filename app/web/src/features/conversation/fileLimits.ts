import type { Attachment } from '@/api/types';
import type { Way } from './ways';

/** The largest file that is taken at all, in bytes. */
export const mostBytes = 25 * 2 ** 20;

/** What a way takes of files. */
export interface FileLimits {
  /** Bytes by type of file; one that is missing cannot be sent. Undefined for notes, which take everything. */
  types?: Record<string, number>;
  /** How many files go along. */
  most: number;
  /** Text and a file are two messages, of which only one may go. */
  either: boolean;
}

/** What a comment takes at most, by whatever way. */
export const anyFiles: FileLimits = { most: 10, either: false };

/** What is wrong with a file, as a key of the catalogue with its values. */
export interface FileFault {
  key: 'tooLarge' | 'wrongType' | 'tooMany' | 'either';
  values: { mb?: number; count: number };
}

/** The type of a file that has not been uploaded yet, as the browser has it; the server looks for itself. */
export function guessType(mime: string): string {
  const [family = '', rest = ''] = mime.split('/');
  if (family === 'image' && !rest.startsWith('svg')) return 'image';
  return family === 'video' || family === 'audio' ? family : 'file';
}

function mb(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}

/** What the platform would not take of a file. */
export function faultOf(file: Pick<Attachment, 'type' | 'size'>, limits: FileLimits): FileFault | null {
  const most = limits.types ? limits.types[file.type] : mostBytes;
  if (most === undefined) return { key: 'wrongType', values: { count: 1 } };
  const least = Math.min(most, mostBytes);
  return file.size > least ? { key: 'tooLarge', values: { mb: mb(least), count: 1 } } : null;
}

/** What is wrong with the files of a draft taken together. */
export function faultTogether(files: number, text: string, limits: FileLimits): FileFault | null {
  if (files > limits.most) return { key: 'tooMany', values: { count: limits.most } };
  return limits.either && files > 0 && text.trim() !== '' ? { key: 'either', values: { count: files } } : null;
}

/** How much one may attach, told before one does. */
export function largest(limits: FileLimits): { images: number; others: number } | null {
  if (!limits.types) return null;
  return { images: mb(limits.types.image ?? 0), others: mb(limits.types.file ?? 0) };
}

/** Most files of one comment. */
export function limitsFor(way: Way, mode: { file_limits: Record<string, number>; together?: boolean } | undefined): FileLimits {
  if (way === 'internal' || !mode) return anyFiles;
  return { types: mode.file_limits, most: mode.together || way === 'private' ? 1 : anyFiles.most, either: way === 'private' };
}
