import { useId, type ReactNode } from 'react';
import css from './charts.module.css';

export interface Row {
  name: string;
  values: (string | number)[];
}

/** A picture of figures: whoever cannot see it reads the table it is made of. */
export function Chart({ title, legend, columns, rows, children }: {
  title: string;
  legend?: ReactNode;
  columns: string[];
  rows: Row[];
  children: ReactNode;
}) {
  const id = useId();
  return (
    <figure className={css.chart} aria-labelledby={id}>
      <figcaption>
        <h2 id={id}>{title}</h2>
        {legend}
      </figcaption>
      <div aria-hidden="true">{children}</div>
      <div className="sr">
        <table>
          <thead>
            <tr>
              <th scope="col">{title}</th>
              {columns.map((c) => (
                <th key={c} scope="col">
                  {c}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => (
              <tr key={r.name}>
                <th scope="row">{r.name}</th>
                {r.values.map((v, i) => (
                  <td key={columns[i]}>{v}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** What the colours of a picture mean. */
export function Legend({ names }: { names: string[] }) {
  return (
    <ul className={css.legend} aria-hidden="true">
      {names.map((name, i) => (
        <li key={name} data-series={i}>
          {name}
        </li>
      ))}
    </ul>
  );
}
