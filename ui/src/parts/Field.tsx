// Labelled inputs; the engine stays the authority and its refusal is shown at the field it names.

import { IconChevronDown, IconSearch, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import {
  Checkbox as AriaCheckbox,
  NumberField as AriaNumberField,
  SearchField as AriaSearchField,
  Select as AriaSelect,
  TextField as AriaTextField,
  Button,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
  TextArea,
} from "react-aria-components";
import styles from "./Field.module.css";

interface Common {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  isRequired?: boolean;
}

interface TextProps extends Common {
  value: string;
  onChange: (value: string) => void;
  rows?: number;
  autoFocus?: boolean;
  foot?: ReactNode;
  mono?: boolean;
  hideLabel?: boolean;
  placeholder?: string;
  inputMode?: "decimal" | "numeric";
  unit?: string;
  type?: "text" | "password" | "tel" | "datetime-local";
  autoComplete?: string;
  /** The id of a list of proposals. */
  list?: string;
  isReadOnly?: boolean;
}

export function TextField({
  label,
  hint,
  error,
  rows,
  foot,
  mono,
  hideLabel,
  placeholder,
  unit,
  list,
  ...rest
}: TextProps) {
  return (
    <AriaTextField
      className={styles.field!}
      // The engine says what is wrong; a field once refused must not stop its form from being sent again.
      validationBehavior="aria"
      isInvalid={Boolean(error)}
      {...(hideLabel ? { "aria-label": label } : {})}
      {...rest}
    >
      {!hideLabel && <Label className={styles.label!}>{label}</Label>}
      {rows ? (
        <TextArea
          className={styles.input!}
          rows={rows}
          data-mono={mono || undefined}
          placeholder={placeholder}
        />
      ) : (
        <span className={styles.withUnit}>
          <Input className={styles.input!} placeholder={placeholder} list={list} />
          {unit && <span className={styles.unit}>{unit}</span>}
        </span>
      )}
      <Below hint={hint} error={error} foot={foot} />
    </AriaTextField>
  );
}

function Below({ hint, error, foot }: { hint?: ReactNode; error?: string | undefined; foot?: ReactNode }) {
  if (!hint && !error && !foot) return null;
  return (
    <div className={styles.below}>
      {error ? (
        <FieldError className={styles.error!}>{error}</FieldError>
      ) : (
        hint && (
          <Text slot="description" className={styles.hint!}>
            {hint}
          </Text>
        )
      )}
      {foot && <span className={styles.foot}>{foot}</span>}
    </div>
  );
}

interface NumberProps extends Common {
  value: number;
  onChange: (value: number) => void;
  minValue?: number;
  maxValue?: number;
  step?: number;
  unit?: string;
  autoFocus?: boolean;
}

export function NumberField({ label, hint, error, unit, step, ...rest }: NumberProps) {
  return (
    <AriaNumberField
      className={styles.field!}
      isInvalid={Boolean(error)}
      {...(step ? { step } : {})}
      formatOptions={{ maximumFractionDigits: 1, useGrouping: false }}
      {...rest}
    >
      <Label className={styles.label!}>{label}</Label>
      <span className={styles.withUnit}>
        <Input className={styles.input!} />
        {unit && <span className={styles.unit}>{unit}</span>}
      </span>
      <Below hint={hint} error={error} />
    </AriaNumberField>
  );
}

interface SelectProps<K extends string> {
  label: string;
  value: K;
  onChange: (value: K) => void;
  options: { id: K; label: string }[];
  hideLabel?: boolean;
  size?: "small" | "normal";
  isDisabled?: boolean;
  tone?: "alarm";
}

export function Select<K extends string>(props: SelectProps<K>) {
  const { label, value, onChange, options, hideLabel, size = "normal", isDisabled = false, tone } = props;
  return (
    <AriaSelect
      className={styles.field!}
      value={value}
      onChange={(key) => onChange(key as K)}
      isDisabled={isDisabled}
      {...(hideLabel ? { "aria-label": label } : {})}
    >
      {!hideLabel && <Label className={styles.label!}>{label}</Label>}
      <Button className={styles.select!} data-size={size} data-tone={tone}>
        <SelectValue className={styles.selected!} />
        <IconChevronDown size={14} aria-hidden="true" />
      </Button>
      <Popover className={styles.popover!} offset={4}>
        <ListBox className={styles.list!}>
          {options.map((option) => (
            <ListBoxItem key={option.id} id={option.id} textValue={option.label} className={styles.option!}>
              {option.label}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

interface SearchProps {
  label: string;
  clear: string;
  value: string;
  onChange: (value: string) => void;
  id?: string;
  keyHint?: string;
}

export function SearchField({ label, clear, value, onChange, id, keyHint }: SearchProps) {
  return (
    <AriaSearchField
      className={styles.search!}
      value={value}
      onChange={onChange}
      aria-label={label}
      {...(id ? { id } : {})}
    >
      <IconSearch size={14} aria-hidden="true" className={styles.searchIcon!} />
      <Input className={styles.searchInput!} placeholder={label} />
      {value === "" && keyHint && (
        <span className={styles.searchKey} aria-hidden="true">
          {keyHint}
        </span>
      )}
      {value !== "" && (
        <Button className={styles.clear!} aria-label={clear}>
          <IconX size={14} aria-hidden="true" />
        </Button>
      )}
    </AriaSearchField>
  );
}

/** A box to tick. */
export function Check({
  isSelected,
  onChange,
  children,
}: {
  isSelected: boolean;
  onChange: (on: boolean) => void;
  children: ReactNode;
}) {
  return (
    <AriaCheckbox className={styles.check!} isSelected={isSelected} onChange={onChange}>
      <span className={styles.box} aria-hidden="true" />
      {children}
    </AriaCheckbox>
  );
}
