import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { toast } from '@/ui/toast';
import { useChannelSteps, type Channel } from './channels';
import css from './ChannelScreen.module.css';

const longest = 255;

/** The name by which people here know the channel. */
export function NameForm({ channel: c, admin }: { channel: Channel; admin: boolean }) {
  const { t } = useTranslation();
  const [name, setName] = useState(c.display_name);
  const { change } = useChannelSteps(c.id);
  return (
    <form
      className={css.name}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ display_name: name.trim() }, { onSuccess: () => toast(t('channel.name.saved')) });
      }}
    >
      <TextInput
        label={t('channel.name.label')}
        description={t('channel.name.hint', { name: c.name })}
        placeholder={c.name}
        value={name}
        maxLength={longest}
        disabled={!admin}
        error={change.error ? asApiError(change.error).faultAt('display_name') : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {admin && name.trim() !== c.display_name && (
        <Button type="submit" size="sm" loading={change.isPending}>
          {t('channel.name.save')}
        </Button>
      )}
    </form>
  );
}
