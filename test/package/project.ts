import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { npm } from '../../scripts/node-binary.ts';

const execute = promisify(execFile);

interface Ended {
  /** The exit code, 0 to 255. */
  readonly code: number;
  /** Standard output. */
  readonly output: string;
  /** Standard error. */
  readonly errors: string;
}

/** A project in a temporary folder, with the packed packages installed. */
export class Project {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Packs and installs our packages, and others in the versions package.json has them. */
  static async make(own: readonly ('tintype' | 'tintype-inspector')[], ...packages: readonly string[]): Promise<Project> {
    const project = new Project(await mkdtemp(join(tmpdir(), 'tintype-project-')));
    await project.write('package.json', '{ "private": true, "type": "module" }');
    const packed = own.map((name) => project.#pack(name === 'tintype' ? '.' : './inspector'));
    project.install(...packed, ...packages.map((name) => `${name}@${versionOf(name)}`));
    return project;
  }

  /** Installs packages, from npm's cache if they are in it. */
  install(...packages: readonly string[]): void {
    npm('install', `--prefix=${this.folder}`, '--prefer-offline', '--no-audit', '--no-fund', ...packages);
  }

  /** Links a development tool of this repository, as if it were installed. */
  async link(name: string): Promise<void> {
    await symlink(resolve('node_modules', name), join(this.folder, 'node_modules', name), 'dir');
  }

  /** Writes a file, and the folders it is in. */
  async write(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, file)), { recursive: true });
    await writeFile(join(this.folder, file), text);
  }

  /** Runs a program in the project to its end, however it ends. */
  async run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = this.folder): Promise<Ended> {
    const options = { cwd, env: { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '', ...env } };
    try {
      const { stdout, stderr } = await execute(program, args, options);
      return { code: 0, output: stdout, errors: stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout, errors: stderr };
    }
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(join(this.folder, from), join(this.folder, to));
  }

  /** Copies a folder of this repository. */
  async copy(folder: string): Promise<void> {
    await cp(folder, join(this.folder, folder), { recursive: true });
  }

  /** Runs a script with Node.js. */
  node(...args: readonly string[]): Promise<Ended> {
    return this.run(process.execPath, args);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  #pack(folder: string): string {
    const [{ filename }] = JSON.parse(npm('pack', folder, '--json', '--ignore-scripts', `--pack-destination=${this.folder}`));
    return join(this.folder, filename);
  }
}

function versionOf(name: string): string {
  const version = ({ ...manifest.devDependencies, ...manifest.dependencies } as Record<string, string>)[name];
  if (version === undefined) throw new Error(`${name} is not in package.json`);
  return version;
}
