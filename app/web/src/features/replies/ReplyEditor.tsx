import { Button, Checkbox, Menu, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { queries } from '@/api/client';
import { asApiError } from '@/api/problem';
import type { SavedReply } from '@/api/types';
import { ComposerFiles, useUploads, type Uploads } from '@/features/conversation/ComposerFiles';
import { anyFiles } from '@/features/conversation/fileLimits';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { categoriesQuery, useDeleteReply, useMakeCategory, useSaveReply, variablesQuery, type ReplyForm } from './replies';
import css from './Replies.module.css';

const kindsQuery = queries.queryOptions('get', '/channel-kinds');

interface Props {
  /** The one to change; none for a new one. */
  reply?: SavedReply;
  close: () => void;
  saved: (id: string) => void;
}

/** One saved reply. Whoever may not change it only reads. */
export function ReplyEditor({ reply, close, saved }: Props) {
  const { t } = useTranslation();
  const [form, setForm] = useState<ReplyForm>({
    name: reply?.name ?? '',
    shortcut: reply?.shortcut ?? '',
    category_id: reply?.category_id ?? null,
    shared: reply?.shared ?? true,
    text: reply?.text ?? '',
    variants: reply?.variants ?? {},
    files: reply?.attachments ?? [],
  });
  const { data: kinds } = useQuery(kindsQuery);
  const save = useSaveReply();
  const remove = useDeleteReply();
  const faults = save.error ? asApiError(save.error).faults : [];
  const fault = (location: string) => faults.find((f) => f.location === `body.${location}`)?.message;
  const readOnly = reply !== undefined && !reply.may_change;
  const set = (change: Partial<ReplyForm>) => setForm((before) => ({ ...before, ...change }));
  const uploads = useUploads(form.files, (files) => set({ files }), anyFiles);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(
      { ...form, id: reply?.id },
      {
        onSuccess: (made) => {
          toast(t('replies.saved', { name: form.name }));
          if (made) saved(made.id);
        },
      },
    );
  };
  const drop = () => {
    if (!reply) return;
    remove(reply.id, () => {
      toast(t('replies.deleted', { name: reply.name }), { words: t('replies.undo'), act: () => save.mutate(form) });
      close();
    });
  };
  return (
    <form className={css.editor} onSubmit={submit} aria-label={reply?.name ?? t('replies.new')}>
      <TextInput
        label={t('replies.name')}
        value={form.name}
        maxLength={100}
        error={fault('name')}
        readOnly={readOnly}
        data-autofocus={!reply || undefined}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <div className={css.two}>
        <TextInput
          label={t('replies.shortcut')}
          description={t('replies.shortcutHint')}
          leftSection="/"
          value={form.shortcut}
          maxLength={40}
          error={fault('shortcut')}
          readOnly={readOnly}
          onChange={(event) => set({ shortcut: event.currentTarget.value.replaceAll(/[\s/]/g, '') })}
        />
        <CategoryChoice value={form.category_id} set={(category_id) => set({ category_id })} readOnly={readOnly} />
      </div>
      <Words label={t('replies.text')} value={form.text} error={fault('text')} readOnly={readOnly} set={(text) => set({ text })} />
      {kinds?.items.map((kind) => (
        <Variant
          key={kind.kind}
          name={kind.name}
          limit={kind.capabilities.text_limit}
          text={form.text}
          value={form.variants[kind.kind] ?? ''}
          error={fault(`variants.${kind.kind}`)}
          readOnly={readOnly}
          set={(text) => {
            const { [kind.kind]: _, ...others } = form.variants;
            set({ variants: text ? { ...others, [kind.kind]: text } : others });
          }}
        />
      ))}
      <Files uploads={uploads} readOnly={readOnly} fault={faults.find((f) => f.location.startsWith('body.attachment_ids'))?.message} />
      <Checkbox label={t('replies.shared')} checked={form.shared} disabled={readOnly} onChange={(e) => set({ shared: e.currentTarget.checked })} />
      {save.error && faults.length === 0 && <ErrorNote error={save.error} />}
      <div className={css.buttons}>
        {!readOnly && (
          <Button type="submit" size="sm" loading={save.isPending} disabled={!form.name.trim() || uploads.busy || uploads.faulty}>
            {t('replies.save')}
          </Button>
        )}
        <Button size="sm" variant="default" onClick={close}>
          {t('app.close')}
        </Button>
        {reply?.may_change && (
          <Button size="sm" variant="subtle" color="red" className={css.delete} onClick={drop}>
            {t('replies.delete')}
          </Button>
        )}
      </div>
    </form>
  );
}

/** Files that go along: each answer gets copies of them. */
function Files({ uploads, readOnly, fault }: { uploads: Uploads; readOnly: boolean; fault?: string }) {
  const { t } = useTranslation();
  const most = uploads.limits.most;
  if (readOnly && uploads.files.length === 0) return null;
  return (
    <div
      className={css.files}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        if (!readOnly) uploads.add([...event.dataTransfer.files]);
      }}
    >
      <p className={css.label}>{t('composer.files')}</p>
      <ComposerFiles uploads={uploads} readOnly={readOnly} />
      {(fault || uploads.files.length > most) && <p className={css.fault}>{fault ?? t('composer.fault.tooMany', { count: most })}</p>}
      {!readOnly && (
        <label className={css.link}>
          {t('replies.attach')}
          <input
            type="file"
            multiple
            className="sr"
            onChange={(event) => {
              uploads.add([...(event.currentTarget.files ?? [])]);
              event.currentTarget.value = '';
            }}
          />
        </label>
      )}
    </div>
  );
}

/** A text with variables, which are put in where the caret stands. */
function Words({ label, value, error, readOnly, set }: { label: string; value: string; error?: string; readOnly: boolean; set: (text: string) => void }) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const { data } = useQuery(variablesQuery);
  const offered = data?.items.filter((v) => /^(contact|staff|account|channel)\./.test(v.path)) ?? [];
  const put = (path: string) => {
    const at = field.current?.selectionStart ?? value.length;
    set(`${value.slice(0, at)}{{ ${path} }}${value.slice(at)}`);
  };
  return (
    <div>
      <Textarea ref={field} label={label} autosize minRows={5} maxRows={16} maxLength={10_000} value={value} error={error} readOnly={readOnly} onChange={(event) => set(event.currentTarget.value)} />
      {!readOnly && (
        <Menu shadow="md" position="bottom-start" withinPortal>
          <Menu.Target>
            <button type="button" className={css.link}>
              {t('replies.variable')}
            </button>
          </Menu.Target>
          <Menu.Dropdown mah={300} className={css.scroll}>
            {offered.map((v) => (
              <Menu.Item key={v.path} onClick={() => put(v.path)}>
                <code>{v.path}</code> <small>{v.text}</small>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}

interface VariantProps {
  name: string;
  limit: number;
  text: string;
  value: string;
  error?: string;
  readOnly: boolean;
  set: (text: string) => void;
}

/** A text of its own for a kind of channel, offered as soon as the common one is long for it. */
function Variant({ name, limit, text, value, error, readOnly, set }: VariantProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(value !== '');
  const length = [...(value || text)].length;
  const over = limit > 0 && length > limit;
  return (
    <div>
      <p className={css.meter} data-over={over || undefined}>
        <span>{t(over ? 'replies.tooLong' : 'replies.fits', { name, length, limit })}</span>
        {!open && !readOnly && (
          <button type="button" className={css.link} onClick={() => setOpen(true)}>
            {t('replies.ownText', { name })}
          </button>
        )}
      </p>
      {open && <Words label={t('replies.textFor', { name })} value={value} error={error} readOnly={readOnly} set={set} />}
    </div>
  );
}

function CategoryChoice({ value, set, readOnly }: { value: string | null; set: (id: string | null) => void; readOnly: boolean }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const { data } = useQuery(categoriesQuery);
  const make = useMakeCategory();
  const fresh = '+';
  const list = (data?.items ?? []).map((c) => ({ value: c.id, label: c.name }));
  const known = list.some((c) => c.label.toLocaleLowerCase() === typed.trim().toLocaleLowerCase());
  const options = typed.trim() && !known ? [...list, { value: fresh, label: t('replies.makeCategory', { name: typed.trim() }) }] : list;
  return (
    <Select
      label={t('replies.category')}
      description={t('replies.categoryHint')}
      data={options}
      value={value}
      readOnly={readOnly}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('replies.noCategory') }}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options: all, search }) =>
        all.filter((o) => 'value' in o && (o.value === fresh || o.label.toLocaleLowerCase().includes(search.trim().toLocaleLowerCase())))
      }
      onChange={(id) => {
        if (id === fresh) make.mutate(typed.trim(), { onSuccess: (c) => set(c.id) });
        else set(id);
      }}
    />
  );
}
