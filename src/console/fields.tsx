import type { Child } from 'hono/jsx';
import type { FormErrors } from './form';
import type { Markup } from './page';

type FieldProps = {
  name: string;
  label: string;
  help?: string;
  value?: string;
  errors?: FormErrors;
  wide?: boolean;
  required?: boolean;
  optional?: string;
};

const idOf = (name: string): string => `f-${name.replaceAll('.', '-')}`;

function described(p: FieldProps): { id: string; describedBy: string | undefined; error: string | undefined } {
  const id = idOf(p.name);
  const error = p.errors?.fields[p.name];
  const parts = [p.help && `${id}-help`, error && `${id}-error`].filter(Boolean);
  return { id, error, describedBy: parts.length > 0 ? parts.join(' ') : undefined };
}

const Frame = ({
  p,
  id,
  error,
  children,
}: {
  p: FieldProps;
  id: string;
  error: string | undefined;
  children?: Child;
}): Markup => (
  <div class={p.wide ? 'field wide' : 'field'}>
    <label for={id}>{p.label}</label>
    {p.help ? (
      <p class="help" id={`${id}-help`}>
        {p.help}
      </p>
    ) : null}
    {children}
    {error ? (
      <p class="error" id={`${id}-error`}>
        {error}
      </p>
    ) : null}
  </div>
);

type Inputs = { type?: string; search?: boolean; list?: string; autocomplete?: string; min?: string; max?: string };

export const Input = (p: FieldProps & Inputs): Markup => {
  const { id, describedBy, error } = described(p);
  return (
    <Frame p={p} id={id} error={error}>
      <input
        id={id}
        name={p.name}
        type={p.type ?? 'text'}
        value={p.value ?? ''}
        required={p.required}
        autocomplete={p.autocomplete ?? 'off'}
        min={p.min}
        max={p.max}
        data-search={p.search ? '' : undefined}
        aria-describedby={describedBy}
        aria-invalid={error ? 'true' : undefined}
      />
    </Frame>
  );
};

export const Area = (p: FieldProps & { short?: boolean }): Markup => {
  const { id, describedBy, error } = described(p);
  return (
    <Frame p={p} id={id} error={error}>
      <textarea
        id={id}
        name={p.name}
        class={p.short ? 'short' : undefined}
        required={p.required}
        aria-describedby={describedBy}
        aria-invalid={error ? 'true' : undefined}
      >
        {p.value ?? ''}
      </textarea>
    </Frame>
  );
};

export type Option = { value: string; label: string };

export const Select = (p: FieldProps & { options: readonly Option[]; empty?: string }): Markup => {
  const { id, describedBy, error } = described(p);
  return (
    <Frame p={p} id={id} error={error}>
      <select id={id} name={p.name} aria-describedby={describedBy} aria-invalid={error ? 'true' : undefined}>
        {p.empty === undefined ? null : <option value="">{p.empty}</option>}
        {p.options.map((o) => (
          <option value={o.value} selected={o.value === p.value}>
            {o.label}
          </option>
        ))}
      </select>
    </Frame>
  );
};

export const Check = ({
  name,
  label,
  help,
  value = '1',
  checked,
  type = 'checkbox',
}: {
  name: string;
  label: string;
  help?: string;
  value?: string;
  checked?: boolean;
  type?: 'checkbox' | 'radio';
}): Markup => (
  <label class="check">
    <input type={type} name={name} value={value} checked={checked} />
    <span>
      {label}
      {help ? <span>{help}</span> : null}
    </span>
  </label>
);

export const Checks = ({
  legend,
  help,
  wide = true,
  children,
}: {
  legend: string;
  help?: string;
  wide?: boolean;
  children?: Child;
}): Markup => (
  <fieldset class={wide ? 'field wide' : 'field'}>
    <legend>{legend}</legend>
    {help ? <p class="help">{help}</p> : null}
    <div class="checks">{children}</div>
  </fieldset>
);

/** All that is wrong, at once, and where. */
export const ErrorNote = ({ errors, title }: { errors: FormErrors; title: string }): Markup | null => {
  if (!errors) return null;
  const fields = Object.entries(errors.fields);
  return (
    <div class="note bad" role="alert">
      <p>
        <strong>{title}</strong> {errors.message}
      </p>
      {fields.length > 0 ? (
        <ul>
          {fields.map(([name, message]) => (
            <li>
              <code>{name}</code>: {message}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
};
