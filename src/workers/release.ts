// The release that this worker was built as; `development` where it runs unbuilt.
declare const __NEXUS_RELEASE__: string | undefined;

export const RELEASE = typeof __NEXUS_RELEASE__ === 'string' ? __NEXUS_RELEASE__ : 'development';
