// A part of the strategy's form, with its title and what it is about.
import type { ReactNode } from 'react';

export const Part = ({ title, text, children }: { title: string; text: string; children: ReactNode }) => <section className="part-of-strategy" aria-label={title}><div><strong>{title}</strong> <small>{text}</small></div>{children}</section>;
