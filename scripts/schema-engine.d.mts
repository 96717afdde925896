export function diffDatabase(url: string, dialect: 'sqlite' | 'postgresql', schema: string): Promise<string>
