import { asApiError } from '@/api/problem';
import { isEmpty, keepDraft, readDraft, type KeptDraft } from './drafts';
import type { Way } from './ways';

/** Tells the server of a draft; it answers when that was. */
export type Save = (taskId: string, way: Way, draft: KeptDraft) => Promise<string>;

/** How long after the last letter the server is told, and how long it is left alone when it could not be. */
const pause = 700;
const patience = 5000;

/**
 * Brings what is written here to the server: some time after the last letter, one request at a time for each draft, and again
 * when it could not be told. What the server refuses stays here, and is tried again with the next letter.
 */
export class DraftSaver {
  readonly #save: Save;
  readonly #told: () => void;
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #underway = new Set<string>();
  #cut = new Set<string>();

  constructor(save: Save, told: () => void = () => {}) {
    this.#save = save;
    this.#told = told;
  }

  /** Drafts that could not be told, because the server was not to be reached. */
  isCut(taskId: string, way: Way): boolean {
    return this.#cut.has(`${taskId} ${way}`);
  }

  written(taskId: string, way: Way, wait = pause) {
    const key = `${taskId} ${way}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => void this.#tell(taskId, way), wait));
  }

  /** Does not wait any longer: the screen is being left. */
  flush() {
    for (const [key, timer] of this.#timers) {
      clearTimeout(timer);
      const [taskId, way] = key.split(' ') as [string, Way];
      void this.#tell(taskId, way);
    }
  }

  /** The draft was sent, with which the server has forgotten it; unless it is being told of it just now. */
  sent(taskId: string, way: Way) {
    const key = `${taskId} ${way}`;
    const draft = readDraft(taskId, way);
    if (this.#underway.has(key) || !isEmpty(draft)) return;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    keepDraft(taskId, way, { text: '', files: [] });
  }

  async #tell(taskId: string, way: Way) {
    const key = `${taskId} ${way}`;
    this.#timers.delete(key);
    if (this.#underway.has(key)) return this.written(taskId, way);
    const draft = readDraft(taskId, way);
    if (!draft.dirty) return;
    this.#underway.add(key);
    try {
      const base = await this.#save(taskId, way, draft);
      const now = readDraft(taskId, way);
      keepDraft(taskId, way, now === draft ? { ...now, dirty: false, base } : { ...now, base });
      this.#cut.delete(key);
    } catch (thrown) {
      if (asApiError(thrown).passing) {
        this.#cut.add(key);
        this.written(taskId, way, patience);
      }
    }
    this.#underway.delete(key);
    this.#told();
  }
}
